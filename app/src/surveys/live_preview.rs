//! What customers will see of a survey that is being written, beside its form or, on phones, in its place. The server makes
//! it as it makes the page itself; it stands in a frame in which nothing can be done.

use super::api::preview_survey;
use crate::{
    carried::{awaited, carried},
    frame::trouble,
    i18n::{use_text, words},
    ui::{Choice, Debounce, Segmented},
};
use domain::{lang::Lang, survey::SurveyForm};
use leptos::{html, prelude::*, reactive::computed::ScopedFuture};
use std::time::Duration;

/// How long nobody types before it is made anew.
const PAUSE: Duration = Duration::from_millis(300);

/// The part of the page that a phone shows.
pub(super) const PREVIEW: &str = "preview";

/// The preview of what is `typed`; `side` says which part a phone shows.
pub(super) fn live_preview(typed: Signal<SurveyForm>, side: RwSignal<String>) -> AnyView {
    let text = use_text();
    let lang = RwSignal::new(text.lang().tag().to_owned());
    let asked = RwSignal::new((typed.get_untracked(), lang.get_untracked()));
    let pause = Debounce::new();
    Effect::new(move |begun: Option<()>| {
        let now = (typed.get(), lang.get());
        if begun.is_some() {
            pause.after(PAUSE, move || {
                asked.try_set(now);
            });
        }
    });
    let page = carried(move || asked.get(), |(form, lang)| preview_survey(form, lang));
    // Only how it began matters: later the frame stays and what stands in it changes.
    let content = awaited(move || {
        Suspend::new(async move {
            match ScopedFuture::new_untracked(page.into_future()).await {
                Ok(first) => {
                    let shown =
                        move || page.get().and_then(Result::ok).unwrap_or_else(|| first.clone());
                    frame(Signal::derive(shown), side)
                }
                Err(error) => trouble(&error, None),
            }
        })
    });
    let langs = [Lang::En, Lang::Zh].map(|one| Choice::new(one.tag(), words::language(one)));
    view! {
        <section class="survey-preview" aria-labelledby="survey-preview">
            <div class="cluster">
                <h2 class="card-title grow" id="survey-preview">{text.survey_preview_live()}</h2>
                <Segmented label=text.nav_language() name="preview-lang" value=lang options=langs.into() />
            </div>
            <Transition>{content}</Transition>
        </section>
    }
    .into_any()
}

/// A page within the page: as high as what stands in it, without scripts, and out of reach of pointers and keys.
fn frame(shown: Signal<String>, side: RwSignal<String>) -> AnyView {
    let node = NodeRef::<html::Iframe>::new();
    let fit = move || {
        let Some(frame) = node.get_untracked() else { return };
        let body = frame.content_document().and_then(|page| page.body());
        if let Some(height) = body.map(|body| body.offset_height()).filter(|height| *height > 0) {
            frame.set_height(&height.to_string());
        }
    };
    Effect::new(move |_| {
        side.track();
        request_animation_frame(fit);
    });
    let title = use_text().survey_preview_live();
    view! {
        <iframe
            node_ref=node
            class="survey-frame"
            title=title
            sandbox="allow-same-origin"
            inert=true
            srcdoc=move || shown.get()
            on:load=move |_| fit()
        ></iframe>
    }
    .into_any()
}
