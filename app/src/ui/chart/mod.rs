//! Charts: plain elements sized in percent, lines in one stretched drawing, every text real text. The server writes the
//! whole chart for any width; scripts add the line that reads out a value.

mod bars;
mod columns;
mod line;
mod score;
mod stacked;

pub use bars::{BarChart, FunnelChart, FunnelStep, StillBars};
pub use columns::ColumnChart;
pub use line::{LineChart, Sparkline};
pub use score::{ScoreBars, ScoreDatum};
pub use stacked::StackedBar;

use super::{Text, safe_href};
use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    prelude::*,
    wasm_bindgen::JsCast,
};
use serde::{Deserialize, Serialize};

/// One value of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datum {
    /// What it is the value of.
    pub label: String,
    /// The same cut for an axis; empty for the whole label.
    pub tick: String,
    /// The value, in the unit of the chart.
    pub value: i64,
    /// The value as it is read.
    pub said: String,
    /// What it is compared with, and how that is read.
    pub before: Option<(i64, String)>,
    /// The records behind it; empty where there is no list of them.
    pub href: String,
    /// It goes on: the value is not the last one.
    pub so_far: bool,
}

impl Datum {
    /// All of it in one line, as it is read out.
    fn spoken(&self) -> String {
        let before =
            self.before.as_ref().map(|(_, said)| said.as_str()).filter(|said| !said.is_empty());
        match before {
            Some(before) => format!("{}: {} ({before})", self.label, self.said),
            None => format!("{}: {}", self.label, self.said),
        }
    }
}

/// What a chart says beside its drawing: the value that is pointed at. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct ReadOut {
    said: RwSignal<String>,
    /// A finger was the last thing that pressed.
    by_finger: StoredValue<bool>,
}

impl ReadOut {
    fn new() -> Self {
        Self { said: RwSignal::new(String::new()), by_finger: StoredValue::new(false) }
    }

    /// One value: a link to its records, or something that can be pointed at.
    fn mark(self, datum: &Datum, class: &'static str, inner: impl IntoView + 'static) -> AnyView {
        let spoken = datum.spoken();
        // What has words of its own is called by them.
        let label = matches!(class, "column" | "line-place").then(|| spoken.clone());
        let say = StoredValue::new(spoken);
        let point = move || self.said.set(say.get_value());
        // A finger covers what it points at: the first press reads the value out, the second one opens its records.
        let click = move |event: MouseEvent| {
            let read_out = say.with_value(|say| self.said.with_untracked(|said| said == say));
            if self.by_finger.get_value() && !read_out {
                event.prevent_default();
                point();
            }
        };
        let press = move |event: PointerEvent| {
            self.by_finger.set_value(event.pointer_type() == "touch");
        };
        let enter = move |event: PointerEvent| {
            if event.pointer_type() != "touch" {
                point();
            }
        };
        let focus = move |_| {
            if !self.by_finger.get_value() {
                point();
            }
        };
        let href = (!datum.href.is_empty()).then(|| safe_href(&datum.href));
        // What leads nowhere is pointed at all the same.
        let (role, stop) = match href {
            Some(_) => (None, None),
            None => (label.is_some().then_some("img"), Some("0")),
        };
        view! {
            <a
                class=class
                href=href
                role=role
                tabindex=stop
                aria-label=label
                data-so-far=datum.so_far.then_some("true")
                on:pointerenter=enter
                on:pointerdown=press
                on:click=click
                on:focus=focus
            >
                {inner}
            </a>
        }
        .into_any()
    }

    /// The line that reads a value out; of the height it needs from the start.
    fn view(self) -> AnyView {
        view! { <p class="chart-readout num" role="status">{move || self.said.get()}</p> }
            .into_any()
    }
}

/// Arrow keys go from value to value.
pub(super) fn walk(event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(here) = target.and_then(|target| target.closest("[data-value]").ok().flatten()) else {
        return;
    };
    let next = if step > 0 { here.next_element_sibling() } else { here.previous_element_sibling() };
    let next = next.and_then(|next| next.query_selector("a, [tabindex]").ok().flatten());
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        // Nothing to do where it cannot be focused.
        let _ = next.focus();
    }
}

/// A chart in its frame: title, one sentence that says what it shows, the drawing, what it means, and its data as a table.
#[component]
pub fn ChartFrame(
    /// What is shown.
    #[prop(into)]
    title: Text,
    /// One sentence that says it in words.
    #[prop(into)]
    summary: Text,
    /// How it is worked out.
    #[prop(optional, into)]
    explain: ViewFn,
    /// Heads of the columns of the table; none for a chart that is one already.
    #[prop(optional)]
    heads: Vec<String>,
    /// Its rows.
    #[prop(optional)]
    rows: Vec<Vec<String>>,
    /// What the table is called.
    #[prop(optional, into)]
    table: Text,
    /// Extra classes.
    #[prop(optional, into)]
    class: Text,
    /// What links on the same page lead to.
    #[prop(optional, into)]
    id: Option<Text>,
    children: Children,
) -> AnyView {
    let data = (!heads.is_empty()).then(|| {
        let heads =
            heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view();
        let rows = rows
            .into_iter()
            .map(|cells| {
                let mut cells = cells.into_iter();
                let first = cells.next().unwrap_or_default();
                let rest = cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view();
                view! {
                    <tr>
                        <th scope="row">{first}</th>
                        {rest}
                    </tr>
                }
            })
            .collect_view();
        view! {
            <details class="chart-more">
                <summary>{table}</summary>
                <div class="chart-table" tabindex="0">
                    <table>
                        <thead>
                            <tr>{heads}</tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    });
    view! {
        <figure id=id class=super::classes(&["card", "chart", &class])>
            <figcaption>
                <h2 class="card-title">{title}</h2>
                <p class="chart-summary">{summary}</p>
            </figcaption>
            {children()}
            <div class="chart-foot">{explain.run()} {data}</div>
        </figure>
    }
    .into_any()
}
