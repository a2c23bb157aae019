//! The figures of home: what one's deals and feedback come to, or those one looks after. They come after the page, since
//! they may have to be counted, and follow what others change.

use crate::{
    boot::use_boot,
    dashboard::{
        Told,
        api::{Glance, Stages, open_glance},
    },
    frame::{use_changes, use_live},
    i18n::use_text,
    ui::{LinkButton, Size, Skeleton, SkeletonKind, Variant, chart::StillBars},
};
use domain::policy::{Action, Object};
use leptos::{prelude::*, task::spawn_local};

/// What has come of them.
#[derive(Clone)]
enum Come {
    /// They are on their way.
    NotYet,
    /// There is nothing to tell, or it could not be read: home does without.
    Nothing,
    /// Here they are.
    Figures(Glance),
}

/// The figures, for whoever sees records that they are about.
pub(super) fn figures() -> Option<AnyView> {
    let boot = use_boot();
    let seen = [Object::Opportunity, Object::Case];
    if !boot.with_value(|boot| seen.iter().any(|object| boot.may(Action::View, *object))) {
        return None;
    }
    let come = RwSignal::new(Come::NotYet);
    let changes = use_changes();
    let live = [Object::Opportunity, Object::Case, Object::Survey].map(use_live);
    Effect::new(move |_| {
        let _ = changes.count();
        live.iter().for_each(Signal::track);
        spawn_local(async move {
            let told = match open_glance().await {
                Ok(Some(figures)) => Come::Figures(figures),
                Ok(None) | Err(_) => Come::Nothing,
            };
            // Whoever left meanwhile is told nothing.
            come.try_set(told);
        });
    });
    let shown = move || match come.get() {
        Come::NotYet => view! { <Skeleton kind=SkeletonKind::Card count=1 /> }.into_any(),
        Come::Nothing => ().into_any(),
        Come::Figures(figures) => tiles(figures),
    };
    Some(shown.into_any())
}

fn tiles(glance: Glance) -> AnyView {
    let text = use_text();
    let title = if glance.own { text.home_figures_own() } else { text.home_figures() };
    let tile = |told: Told| told.tile(None);
    let tiles = glance.figures.into_iter().map(tile).collect_view();
    view! {
        <section class="stack" aria-labelledby="home-figures">
            <div class="card-head">
                <h2 id="home-figures">{title}</h2>
                <LinkButton href=glance.dashboard variant=Variant::Quiet size=Size::Sm>
                    {text.home_figures_all()}
                </LinkButton>
            </div>
            <div class="tiles">{tiles}</div>
            {glance.stages.map(chart)}
        </section>
    }
    .into_any()
}

/// What is open, by stage.
fn chart(stages: Stages) -> AnyView {
    view! {
        <figure class="card chart">
            <figcaption>
                <h3 class="card-title">{stages.title}</h3>
                <p class="chart-summary">{stages.summary}</p>
            </figcaption>
            <StillBars data=stages.bars />
        </figure>
    }
    .into_any()
}
