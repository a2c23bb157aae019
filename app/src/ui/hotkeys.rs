//! Keyboard shortcuts of the whole page: combinations (`mod+k`), single keys (`/`) and sequences (`g c`).
//! Quiet while a person types, composes Chinese, or works in a dialog.

use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    Text,
    dom::{composing, is_typing},
};

/// How long the second key of a sequence may take, in milliseconds.
const SEQUENCE_MS: f64 = 1_200.0;

/// A shortcut: keys, what it is called, where it is listed, what it does.
#[derive(Clone, Debug)]
pub struct Hotkey {
    keys: Text,
    label: Text,
    group: Text,
    run: Callback<()>,
    when: Option<Callback<(), bool>>,
    anywhere: bool,
}

impl Hotkey {
    /// `keys` in lower case: `mod+k`, `/`, `?`, `escape`, `g c`. `mod` is Ctrl, or ⌘ on Apple devices.
    pub fn new(
        keys: impl Into<Text>,
        label: impl Into<Text>,
        group: impl Into<Text>,
        run: impl Into<Callback<()>>,
    ) -> Self {
        Self {
            keys: keys.into(),
            label: label.into(),
            group: group.into(),
            run: run.into(),
            when: None,
            anywhere: false,
        }
    }

    /// Works only while this says so; else the key does what it always does.
    #[must_use]
    pub fn when(mut self, when: impl Into<Callback<(), bool>>) -> Self {
        self.when = Some(when.into());
        self
    }

    /// Works in dialogs too.
    #[must_use]
    pub const fn anywhere(mut self) -> Self {
        self.anywhere = true;
        self
    }
}

/// What the shortcut sheet lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotkeyInfo {
    /// The keys as registered.
    pub keys: Text,
    /// What it does, in words.
    pub label: Text,
    /// Title of its group.
    pub group: Text,
}

#[derive(Clone, Debug)]
struct Entry {
    id: u64,
    hotkey: Hotkey,
}

/// All shortcuts that work now.
#[derive(Clone, Copy, Debug)]
pub struct Hotkeys {
    entries: RwSignal<Vec<Entry>>,
    next: StoredValue<u64>,
    pending: StoredValue<Option<(String, f64)>>,
}

impl Hotkeys {
    /// What works now, in the order of registration; the same keys once.
    pub fn list(self) -> Vec<HotkeyInfo> {
        let mut list = Vec::<HotkeyInfo>::new();
        for Entry { hotkey, .. } in self.entries.get() {
            if list.iter().any(|info| info.keys == hotkey.keys) {
                continue;
            }
            list.push(HotkeyInfo { keys: hotkey.keys, label: hotkey.label, group: hotkey.group });
        }
        list
    }

    fn add(self, hotkey: Hotkey) -> u64 {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.entries.update(|entries| entries.push(Entry { id, hotkey }));
        id
    }

    fn remove(self, id: u64) {
        self.entries.try_update(|entries| entries.retain(|entry| entry.id != id));
    }

    /// The newest shortcut for these keys, so that a screen can take over from the shell.
    fn find(self, keys: &str) -> Option<Hotkey> {
        self.entries.with_untracked(|entries| {
            entries.iter().rev().find(|entry| *entry.hotkey.keys == *keys).map(|e| e.hotkey.clone())
        })
    }

    fn starts_sequence(self, key: &str) -> bool {
        self.entries.with_untracked(|entries| {
            entries.iter().any(|entry| {
                entry.hotkey.keys.split_once(' ').is_some_and(|(first, _)| first == key)
            })
        })
    }

    fn pressed(self, event: &KeyboardEvent, single_keys: bool) {
        if composing(event) || event.default_prevented() {
            return;
        }
        let stroke = stroke(event);
        let with_modifier = stroke.starts_with("mod+");
        if !with_modifier && is_typing(event.target()) {
            return;
        }
        // Named keys are no characters: the switch for single keys leaves them alone.
        let named = event.key().chars().nth(1).is_some();
        if !with_modifier && !named && !single_keys {
            return;
        }
        let now = event.time_stamp();
        let sequence = self
            .pending
            .get_value()
            .filter(|(_, since)| now - since < SEQUENCE_MS)
            .map(|(first, _)| format!("{first} {stroke}"));
        self.pending.set_value(None);
        let found = sequence.and_then(|keys| self.find(&keys)).or_else(|| self.find(&stroke));
        let in_dialog = document().query_selector("dialog:modal").ok().flatten().is_some();
        match found {
            Some(hotkey)
                if (!in_dialog || hotkey.anywhere)
                    && hotkey.when.is_none_or(|when| when.run(())) =>
            {
                event.prevent_default();
                hotkey.run.run(());
            }
            None if !with_modifier && self.starts_sequence(&stroke) => {
                self.pending.set_value(Some((stroke, now)));
            }
            _ => {}
        }
    }
}

/// The keys of an event in the spelling of registrations.
fn stroke(event: &KeyboardEvent) -> String {
    let key = match event.key().as_str() {
        " " => "space".to_owned(),
        key => key.to_lowercase(),
    };
    // Signs such as `?` already say that Shift was held; letters and named keys do not.
    let shift = event.shift_key() && key.chars().all(char::is_alphanumeric);
    let mut stroke = String::new();
    if event.ctrl_key() || event.meta_key() {
        stroke.push_str("mod+");
    }
    if event.alt_key() {
        stroke.push_str("alt+");
    }
    if shift {
        stroke.push_str("shift+");
    }
    stroke.push_str(&key);
    stroke
}

/// Provides the shortcuts and listens for them; call once in the app.
/// `single_keys` is the person's switch for shortcuts without Ctrl or ⌘ (WCAG 2.1.4).
pub fn provide_hotkeys(single_keys: Signal<bool>) -> Hotkeys {
    let hotkeys = silent();
    provide_context(hotkeys);
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let single = single_keys.try_get_untracked().unwrap_or(false);
            hotkeys.pressed(&event, single);
        });
        on_cleanup(move || handle.remove());
    });
    hotkeys
}

/// The shortcuts of the page; a list without a listener where none was provided.
pub fn use_hotkeys() -> Hotkeys {
    use_context().unwrap_or_else(silent)
}

/// Registers a shortcut for as long as the current component lives.
pub fn use_hotkey(hotkey: Hotkey) {
    let hotkeys = use_hotkeys();
    // In an effect, so that nothing is registered on the server, where nobody presses keys.
    let registered = StoredValue::new(None::<u64>);
    let hotkey = StoredValue::new(hotkey);
    Effect::new(move |_| registered.set_value(Some(hotkeys.add(hotkey.get_value()))));
    on_cleanup(move || {
        if let Some(Some(id)) = registered.try_get_value() {
            hotkeys.remove(id);
        }
    });
}

fn silent() -> Hotkeys {
    Hotkeys {
        entries: RwSignal::default(),
        next: StoredValue::new(1),
        pending: StoredValue::new(None),
    }
}

/// The value of `aria-keyshortcuts`. Sequences have no spelling there and give nothing.
pub(crate) fn aria_keys(keys: &str) -> Option<String> {
    if keys.is_empty() || keys.contains(' ') {
        return None;
    }
    let name = |key: &str| match key {
        "escape" => "Escape".to_owned(),
        "enter" => "Enter".to_owned(),
        "space" => "Space".to_owned(),
        "shift" => "Shift".to_owned(),
        "alt" => "Alt".to_owned(),
        other => other.to_uppercase(),
    };
    let spell = |modifier: &str| {
        keys.split('+')
            .map(|key| if key == "mod" { modifier.to_owned() } else { name(key) })
            .collect::<Vec<_>>()
            .join("+")
    };
    if keys.starts_with("mod+") {
        Some(format!("{} {}", spell("Control"), spell("Meta")))
    } else {
        Some(spell(""))
    }
}

#[cfg(test)]
mod tests {
    use super::aria_keys;

    #[test]
    fn shortcuts_are_spelled_for_screen_readers() {
        assert_eq!(aria_keys("mod+k").as_deref(), Some("Control+K Meta+K"));
        assert_eq!(aria_keys("/").as_deref(), Some("/"));
        assert_eq!(aria_keys("g c"), None);
        assert_eq!(aria_keys(""), None);
    }
}
