//! One's own day on the home page: what is late, what is due, which deals nobody goes on with, which customers wait for an
//! answer.

use super::{
    Finishing, Place,
    api::my_day,
    look::{href, today},
    planned,
};
use crate::{
    boot::{use_boot, use_now},
    carried::carried,
    cases::time_left,
    frame::{use_changes, use_live},
    i18n::{Text, format, use_text, words},
    ui::{Card, EmptyState, Icon, Skeleton, SkeletonKind},
};
use domain::{
    case::DueNext,
    day::{CaseDue, DayItem, DealStep, MyDay, Reason, ToDo},
    note::RecordName,
    policy::Object,
};
use leptos::prelude::*;

/// The card; it follows what changes anywhere.
pub(crate) fn my_day_card() -> AnyView {
    let text = use_text();
    let changes = use_changes();
    let live = [Object::Activity, Object::Opportunity, Object::Case].map(use_live);
    let again = RwSignal::new(0_u32);
    let news = move || (changes.count(), live.map(|live| live.get()), again.get());
    let day = carried(news, |_| my_day());
    let changed = Callback::new(move |()| again.update(|again| *again += 1));
    let finishing = Finishing::new(changed);
    let show = move |day: MyDay| content(text, finishing, day);
    view! {
        <Card title=text.day_title() class="card-flush my-day">
            {finishing.question()}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=1 /> }>
                {day.shown(show)}
            </Transition>
        </Card>
    }
    .into_any()
}

fn content(text: Text, finishing: Finishing, day: MyDay) -> AnyView {
    let MyDay { items, more, done_today } = day;
    let done = (done_today > 0).then(|| {
        view! { <p class="sub day-done">{text.day_done(done_today)}</p> }
    });
    if items.is_empty() {
        return view! {
            <EmptyState icon="circle-check" title=text.day_empty_title() text=text.day_empty_body() compact=true />
            {done}
        }
        .into_any();
    }
    let mut items = items.into_iter().peekable();
    let mut groups = Vec::new();
    while let Some(first) = items.next() {
        let reason = first.reason;
        let mut group = vec![first];
        while let Some(next) = items.next_if(|next| next.reason == reason) {
            group.push(next);
        }
        groups.push(section(text, finishing, reason, group));
    }
    let more = more.then(|| view! { <p class="sub day-done">{text.day_more()}</p> });
    view! {
        {groups}
        {more}
        {done}
    }
    .into_any()
}

/// What stands there for one reason.
fn section(text: Text, finishing: Finishing, reason: Reason, items: Vec<DayItem>) -> AnyView {
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let lines = items
        .into_iter()
        .map(|item| match item.to_do {
            ToDo::Activity(activity) => {
                planned(finishing, None, activity, Place::Among(item.record))
            }
            ToDo::Deal(step) => deal(text, step, item.record),
            ToDo::Case(due) => case(text, due, item.record),
        })
        .collect_view();
    view! {
        <section class="day-group" data-reason=reason.code()>
            <h3 class="day-label">
                {words::day_reason(text, reason)} " " <span class="num">{count}</span>
            </h3>
            <ul class="planned-list">{lines}</ul>
        </section>
    }
    .into_any()
}

/// A deal on which nothing is planned.
fn deal(text: Text, step: DealStep, record: RecordName) -> AnyView {
    let today = use_boot().with_value(|boot| today(boot, use_now().get_untracked()));
    let day = step.on.map(|on| format::relative_day(text, on, today));
    let title = if step.title.is_empty() { text.day_no_next_step().to_owned() } else { step.title };
    view! {
        <li class="planned">
            <span class="planned-icon">
                <Icon name="kanban" label=words::object_title(text, Object::Opportunity) class="icon-sm" />
            </span>
            <div class="planned-body">
                <a class="planned-title" href=href(&record)>{record.name.clone()}</a>
                <span class="sub">
                    {day.map(|day| view! { <span class="planned-when num">{day}</span> })}
                    <span class="planned-rest">{title}</span>
                </span>
            </div>
        </li>
    }
    .into_any()
}

/// A case, with what of it is due next and how long that is off.
fn case(text: Text, due: CaseDue, record: RecordName) -> AnyView {
    let (boot, now) = (use_boot(), use_now());
    let (at, next) = (due.clock.due_at(), due.clock.due_next());
    let when = move || {
        let left = boot.with_value(|boot| time_left(text, &boot.zone, at, now.get()));
        match next {
            DueNext::Answer => text.day_answer_due(&left),
            DueNext::Solution => text.day_solution_due(&left),
        }
    };
    let late = Memo::new(move |_| at < now.get());
    view! {
        <li class="planned" data-state=move || late.get().then_some("overdue")>
            <span class="planned-icon">
                <Icon name="inbox" label=words::object_title(text, Object::Case) class="icon-sm" />
            </span>
            <div class="planned-body">
                <a class="planned-title" href=href(&record)>{record.name.clone()}</a>
                <span class="sub">
                    <span class="planned-when num">{when}</span>
                    <span class="planned-rest num">{record.number.clone()}</span>
                </span>
            </div>
        </li>
    }
    .into_any()
}
