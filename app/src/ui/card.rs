//! Boxes and label/value pairs.
//! Cards group what belongs together; facts line up label and value.

use leptos::prelude::*;

use super::{Text, classes};

/// A bordered box with an optional title row.
#[component]
pub fn Card(
    /// Title; without it there is no title row.
    #[prop(optional, into)]
    title: Text,
    /// Buttons at the end of the title row.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    children: Children,
) -> AnyView {
    let head = (!title.is_empty()).then(|| {
        view! {
            <div class="card-head">
                <h2 class="card-title">{title}</h2>
                <div class="cluster">{actions.run()}</div>
            </div>
        }
    });
    view! {
        <section class=classes(&["card", &class])>
            {head}
            {children()}
        </section>
    }
    .into_any()
}

/// A list of label/value pairs.
#[component]
pub fn FactList(children: Children) -> AnyView {
    view! { <dl class="facts">{children()}</dl> }.into_any()
}

/// One label/value pair.
#[component]
pub fn Fact(
    /// The label.
    #[prop(into)]
    label: Text,
    children: Children,
) -> AnyView {
    view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}
