//! One polite place through which the page speaks to screen readers.
//! For what is seen but not focused: result counts, saved states.

use leptos::prelude::*;

/// Says things. Copy it into handlers freely.
#[derive(Clone, Copy, Debug)]
pub struct Announcer {
    message: RwSignal<String>,
}

impl Announcer {
    /// Has the text spoken when the screen reader is idle.
    pub fn say(self, text: impl Into<String>) {
        self.message.set(text.into());
    }
}

/// Provides the announcer; call once in the app, above the shell.
pub fn provide_announcer() -> Announcer {
    let announcer = Announcer { message: RwSignal::default() };
    provide_context(announcer);
    announcer
}

/// The announcer of the page; a silent one where none was provided.
pub fn use_announcer() -> Announcer {
    use_context().unwrap_or_else(|| Announcer { message: RwSignal::default() })
}

/// The live region itself. The shell contains it.
#[component]
pub fn AnnouncerRegion() -> AnyView {
    let announcer = use_announcer();
    view! {
        <div class="visually-hidden" role="status" aria-live="polite">
            {move || announcer.message.get()}
        </div>
    }
    .into_any()
}
