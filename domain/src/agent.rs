//! What a browser calls itself, as people call it. A guess for the eye; nothing depends on it.

/// Marks of browsers. Most pretend to be others as well, so the order decides.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger/", "WeChat"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Marks of systems; phones before the systems they are built on.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// A kind of browser: one of a few names of ours, never the text that was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Such as `Firefox`.
    pub browser: Option<&'static str>,
    /// Such as `Linux`.
    pub system: Option<&'static str>,
}

impl Agent {
    /// Finds the kind in what a browser calls itself.
    #[must_use]
    pub fn read(user_agent: &str) -> Self {
        let find = |marks: &[(&str, &'static str)]| {
            marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
        };
        Self { browser: find(BROWSERS), system: find(SYSTEMS) }
    }

    /// As stored, such as `Firefox/Linux`.
    #[must_use]
    pub fn code(self) -> String {
        match (self.browser, self.system) {
            (None, None) => String::new(),
            (browser, system) => {
                format!("{}/{}", browser.unwrap_or_default(), system.unwrap_or_default())
            }
        }
    }

    /// From storage; what is unknown is nothing.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let (browser, system) = code.split_once('/').unwrap_or_default();
        let find = |marks: &[(&str, &'static str)], wanted: &str| {
            marks.iter().map(|(_, name)| *name).find(|name| *name == wanted)
        };
        Self { browser: find(BROWSERS, browser), system: find(SYSTEMS, system) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_browser_is_stored_and_nothing_that_was_sent() {
        let firefox =
            Agent::read("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0");
        assert_eq!(firefox.code(), "Firefox/Linux");
        assert_eq!(Agent::from_code("Firefox/Linux"), firefox);
        let strange = Agent::read("<script>alert(1)</script>");
        assert_eq!((strange, strange.code()), (Agent::default(), String::new()));
        assert_eq!(Agent::from_code("evil/evil"), Agent::default());
        assert_eq!(Agent::from_code("curl/"), Agent::read("curl/8.5.0"));
    }
}
