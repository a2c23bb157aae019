//! What a browser calls itself, as people call it. A guess for the eye; nothing depends on it.

use crate::{
    boot::{use_boot, use_now},
    i18n::{Text, format},
    ui::Icon,
};
use domain::{agent::Agent, user::Session};
use leptos::prelude::*;

/// A browser in a list: what it is, when it was used last and since when, and from where.
pub(crate) fn device_line(text: Text, session: &Session) -> AnyView {
    let icon = if is_phone(&session.user_agent) { "smartphone" } else { "monitor" };
    let (since, used) = use_boot().with_value(|boot| {
        let now = use_now().get_untracked();
        (
            format::date_time(text, session.created_at, &boot.zone),
            format::ago(text, session.last_seen_at, now, &boot.zone),
        )
    });
    view! {
        <Icon name=icon />
        <div class="grow">
            <p class="entry-title">{device(text, &session.user_agent)}</p>
            <p class="sub">
                {text.session_last_seen(&used)} " · " {text.session_since(&since)} " · "
                <span class="num">{session.address.clone()}</span>
            </p>
        </div>
    }
    .into_any()
}

/// Whether it is carried in a pocket, for the icon.
fn is_phone(user_agent: &str) -> bool {
    user_agent.contains("Mobile") || user_agent.contains("iPhone")
}

/// "Chrome on Windows", or as much of it as can be told.
pub(crate) fn device(text: Text, user_agent: &str) -> String {
    kind(text, Agent::read(user_agent))
}

/// The same of a kind that is known already.
pub(crate) fn kind(text: Text, agent: Agent) -> String {
    match (agent.browser, agent.system) {
        (Some(browser), Some(system)) => text.session_browser_on(browser, system),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => text.session_unknown_device().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        let english = Text::new(Lang::En);
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
                "Chrome on Windows",
                false,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
                "Edge on Windows",
                false,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
                true,
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0",
                "WeChat on Android",
                true,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
                "Firefox on Linux",
                false,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
                false,
            ),
            ("curl/8.5.0", "curl", false),
            ("", "Unknown device", false),
            ("<script>alert(1)</script>", "Unknown device", false),
        ];
        for (user_agent, name, phone) in cases {
            assert_eq!(device(english, user_agent), name, "{user_agent}");
            assert_eq!(is_phone(user_agent), phone, "{user_agent}");
        }
        assert_eq!(device(Text::new(Lang::Zh), cases[0].0), "Windows上的Chrome");
    }
}
