//! One number that matters, with where it is heading.
//! Direction is an arrow and a word, colour only repeats whether it is good.

use leptos::prelude::*;

use super::{Icon, Text, given, safe_href, use_words};

/// Where a figure is heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trend {
    /// Rising.
    Up,
    /// Falling.
    Down,
    /// As before.
    #[default]
    Flat,
}

/// A value with its change and the period of the change.
#[component]
pub fn KeyFigure(
    /// What is measured.
    #[prop(into)]
    label: Text,
    /// The value, formatted.
    #[prop(into)]
    value: Text,
    /// The change, formatted.
    #[prop(optional, into)]
    delta: Text,
    /// Its direction.
    #[prop(optional)]
    trend: Trend,
    /// Whether that direction is welcome.
    #[prop(default = true)]
    good: bool,
    /// What the change compares with.
    #[prop(optional, into)]
    period: Text,
    /// The records behind the number.
    #[prop(optional, into)]
    href: Text,
) -> AnyView {
    let words = use_words();
    let arrow = match trend {
        Trend::Up => {
            view! { <Icon name="arrow-up" label=words.up.clone() class="icon-sm" /> }.into_any()
        }
        Trend::Down => {
            view! { <Icon name="arrow-down" label=words.down.clone() class="icon-sm" /> }.into_any()
        }
        Trend::Flat => ().into_any(),
    };
    let tone = match (trend, good) {
        (Trend::Flat, _) => "neutral",
        (_, true) => "ok",
        (_, false) => "bad",
    };
    let change = (!delta.is_empty()).then(|| {
        view! {
            <span class="figure-delta num" data-tone=tone>
                {arrow}
                {delta}
            </span>
        }
    });
    let value = if href.is_empty() {
        view! { <p class="figure-value num">{value}</p> }.into_any()
    } else {
        view! {
            <p class="figure-value num">
                <a href=safe_href(&href)>{value}</a>
            </p>
        }
        .into_any()
    };
    view! {
        <div class="figure">
            <p class="figure-label">{label}</p>
            {value}
            <p class="figure-change">{change} <span class="sub">{given(&period)}</span></p>
        </div>
    }
    .into_any()
}
