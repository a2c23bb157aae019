//! An order, a case or an answer to a survey as an entry of the timeline, which leads to it.

use super::change::machine_time;
use crate::{
    cases::{kind_icon, status_tone as case_tone},
    customers::{list::joined, record::Record},
    i18n::{format, words},
    orders::{money, status_tone as order_tone},
    surveys::score::place,
    ui::{TimelineItem, Tone},
};
use domain::happening::{Happened, Happening};
use leptos::prelude::*;

/// What is drawn.
struct Look {
    icon: &'static str,
    tone: Tone,
    href: String,
    name: String,
    said: String,
    body: String,
}

/// The entry.
pub(super) fn happening(record: Record, happening: &Happening) -> AnyView {
    let Look { icon, tone, href, name, said, body } = look(record, &happening.what);
    // An order has a day and no hour.
    let time = match happening.what {
        Happened::Order { .. } => String::new(),
        _ => record.boot.with_value(|boot| format::time(happening.at, &boot.zone)),
    };
    let head = move || {
        view! {
            <span class="cluster">
                <a href=href.clone()>{name.clone()}</a>
                <span>{said.clone()}</span>
            </span>
        }
    };
    view! {
        <TimelineItem
            icon=icon
            tone=tone
            title=head
            time=time
            datetime=machine_time(happening.at)
        >
            {(!body.is_empty()).then(|| view! { <p>{body}</p> })}
        </TimelineItem>
    }
    .into_any()
}

fn look(record: Record, what: &Happened) -> Look {
    let text = record.text;
    match what {
        Happened::Order { number, status, total_minor, currency } => {
            let amount = record.boot.with_value(|boot| money(boot, *total_minor, *currency));
            Look {
                icon: "shopping-cart",
                tone: order_tone(*status),
                href: format!("/orders/{number}"),
                name: format!("{} {number}", text.order_number()),
                said: joined(&[&amount, words::order_status(text, *status)]),
                body: String::new(),
            }
        }
        Happened::Case { number, kind, status, subject } => Look {
            icon: kind_icon(*kind),
            tone: case_tone(*status),
            href: format!("/feedback/{number}"),
            name: format!("{} {number}", words::case_kind(text, *kind)),
            said: words::case_status(text, *status).to_owned(),
            body: subject.clone(),
        },
        Happened::Answer(answer) => Look {
            icon: "list-checks",
            tone: Tone::Accent,
            href: format!("/surveys/{}", answer.survey),
            name: answer.title.in_lang(text.lang()).to_owned(),
            said: answer.score.map(|(kind, score)| place(kind, score)).unwrap_or_default(),
            body: answer.comment.clone(),
        },
    }
}
