//! Home: where one stands, who has gone quiet, who came last, and the way to start.

pub mod api;
mod figures;

use crate::{
    activities::my_day_card,
    admin::audit::address as audit_address,
    boot::{Boot, use_boot, use_now},
    carried::carried,
    customers::list::{address::address, joined, status_chip},
    frame::use_changes,
    i18n::{Text, format, use_text},
    ui::{
        Avatar, AvatarKind, Banner, Card, EmptyState, KeyFigure, LinkButton, ListRow, Page, Size,
        Skeleton, SkeletonKind, Tone, Variant,
    },
};
use api::{HomeScreen, home};
use domain::{
    account::{AccountKind, AccountSummary},
    audit::{AuditRequest, Event, TakenOut},
    list::{Filter, ListRequest, Sort, Tab},
    page::Count,
    policy::{Action, Detail, Object},
    time::Instant,
};
use leptos::prelude::*;
use leptos_meta::Title;

/// The first page after signing in.
#[component]
pub fn Home() -> impl IntoView {
    let (text, boot) = (use_text(), use_boot());
    let changes = use_changes();
    let screen = carried(move || changes.count(), |_| home());
    let now = use_now().get_untracked();
    let greeting = boot.with_value(|boot| greeting(text, boot, now));
    let sees_activities = boot.with_value(|boot| boot.may(Action::View, Object::Activity));
    let actions = move || {
        let makes = |object| boot.with_value(|boot| boot.may(Action::Create, object));
        let person = makes(Object::Person).then(|| {
            view! {
                <LinkButton href="/people/new" icon="user-plus">
                    {text.nav_new_person()}
                </LinkButton>
            }
        });
        let customer = makes(Object::Account).then(|| {
            view! {
                <LinkButton href="/customers/new" variant=Variant::Primary icon="plus">
                    {text.nav_new_customer()}
                </LinkButton>
            }
        });
        view! { {person} {customer} }
    };
    view! {
        <Title text=text.home_title() />
        <Page title=greeting actions=actions>
            {sees_activities.then(my_day_card)}
            {figures::figures()}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=3 /> }>
                {screen.shown(content)}
            </Transition>
        </Page>
    }
    .into_any()
}

/// By the clock of the zone.
fn greeting(text: Text, boot: &Boot, now: Instant) -> String {
    let (_, hour, _) = boot.zone.wall_clock(now);
    match hour {
        5..12 => text.home_greeting_morning(&boot.user_name),
        12..18 => text.home_greeting_afternoon(&boot.user_name),
        _ => text.home_greeting_evening(&boot.user_name),
    }
}

fn content(screen: HomeScreen) -> AnyView {
    let HomeScreen { figures, quiet, newest, taken_out, failed_sign_ins } = screen;
    let notices = notices(taken_out, failed_sign_ins);
    if figures.nothing_yet() {
        return view! { {notices} {start()} }.into_any();
    }
    let text = use_text();
    // Whoever is in charge of nobody yet sees who is quiet among all.
    let whose = if figures.mine().number > 0 {
        vec![Filter::Mine, Filter::Quiet]
    } else {
        vec![Filter::Quiet]
    };
    let newest_href = list(&newest, Sort::Created, Vec::new());
    let quiet = quiet.map(|quiet| quiet_card(quiet, whose));
    let sees_customers = use_boot().with_value(|boot| boot.may(Action::View, Object::Account));
    if !sees_customers {
        return view! { {notices} {key_figures(&figures)} }.into_any();
    }
    let newest_list = if newest.is_empty() {
        view! {
            <EmptyState icon="building-2" title=text.list_empty_title() text=text.list_empty_body() compact=true />
        }
        .into_any()
    } else {
        rows(newest)
    };
    view! {
        {notices}
        {key_figures(&figures)}
        <div class="form-row">
            {quiet}
            <Card title=text.home_newest() class="card-flush" actions=move || more(newest_href.clone())>
                {newest_list}
            </Card>
        </div>
    }
    .into_any()
}

/// Failed sign-ins that are somebody's own slips and no news.
const SLIPS: i64 = 2;

/// What one should hear of without looking for it: who takes data out, and who tries to get in.
fn notices(taken_out: TakenOut, failed: Count) -> AnyView {
    let text = use_text();
    let log = |event: Event, words: String| {
        let href = audit_address(&AuditRequest { event: Some(event), ..AuditRequest::default() });
        notice(Tone::Info, words, href, text.home_see_log())
    };
    let exports =
        (taken_out.exports > 0).then(|| log(Event::Exported, text.home_exports(taken_out.exports)));
    let erased =
        (taken_out.erased > 0).then(|| log(Event::Purged, text.home_erased(taken_out.erased)));
    let failed = (failed.number > SLIPS).then(|| {
        let words = if failed.more {
            text.home_failed_many(failed.number)
        } else {
            text.home_failed(failed.number)
        };
        notice(Tone::Warn, words, "/profile".to_owned(), text.home_see_profile())
    });
    view! { {failed} {exports} {erased} }.into_any()
}

fn notice(tone: Tone, words: String, href: String, label: &'static str) -> AnyView {
    let actions = move || {
        view! {
            <LinkButton href=href.clone() variant=Variant::Quiet size=Size::Sm>
                {label}
            </LinkButton>
        }
    };
    view! {
        <Banner tone=tone actions=actions>
            {words}
        </Banner>
    }
    .into_any()
}

/// Customers without contact for 30 days, the most valuable first for whoever sees what they are worth.
fn quiet_card(quiet: Vec<AccountSummary>, whose: Vec<Filter>) -> AnyView {
    let text = use_text();
    let sees_value = use_boot().with_value(|boot| boot.reads(Object::Account, Detail::Value));
    let sort = if sees_value { Sort::Value } else { Sort::Created };
    let href = list(&quiet, sort, whose);
    let quiet = StoredValue::new(quiet);
    view! {
        <Card title=text.home_quiet() class="card-flush" actions=move || more(href.clone())>
            {if quiet.with_value(Vec::is_empty) {
                view! {
                    <EmptyState icon="circle-check" title=text.list_done_title() text=text.list_done_body() compact=true />
                }
                    .into_any()
            } else {
                rows(quiet.get_value())
            }}
        </Card>
    }
    .into_any()
}

/// The list that shows more of what home shows: of individuals where home shows nobody else.
fn list(shown: &[AccountSummary], sort: Sort, filters: Vec<Filter>) -> String {
    let individuals =
        !shown.is_empty() && shown.iter().all(|row| row.kind == AccountKind::Individual);
    let tab = if individuals { Tab::Individuals } else { Tab::Companies };
    address(&ListRequest { tab, sort, filters, ..ListRequest::default() })
}

fn more(href: String) -> AnyView {
    let text = use_text();
    view! {
        <LinkButton href=href variant=Variant::Quiet size=Size::Sm>
            {text.common_show_all()}
        </LinkButton>
    }
    .into_any()
}

fn key_figures(figures: &api::Figures) -> AnyView {
    let text = use_text();
    let figure = |label: &'static str, count: Count, tab: Tab, filters: Vec<Filter>| {
        let number = format::integer(count.number);
        let value = if count.more { format!("{number}+") } else { number };
        let href = address(&ListRequest { tab, filters, ..ListRequest::default() });
        view! {
            <Card>
                <KeyFigure label=label value=value href=href />
            </Card>
        }
    };
    let mine = if figures.my_individuals.number > figures.my_companies.number {
        Tab::Individuals
    } else {
        Tab::Companies
    };
    let [accounts, people] = [Object::Account, Object::Person]
        .map(|object| use_boot().with_value(|boot| boot.may(Action::View, object)));
    let accounts = accounts.then(|| {
        view! {
            {figure(text.home_mine(), figures.mine(), mine, vec![Filter::Mine])}
            {figure(text.choice_tab_companies(), figures.companies, Tab::Companies, Vec::new())}
            {figure(
                text.choice_tab_individuals(),
                figures.individuals,
                Tab::Individuals,
                Vec::new(),
            )}
        }
    });
    let people =
        people.then(|| figure(text.home_total_people(), figures.people, Tab::People, Vec::new()));
    view! { <div class="tiles">{accounts} {people}</div> }.into_any()
}

fn rows(rows: Vec<AccountSummary>) -> AnyView {
    let (text, now) = (use_text(), use_now().get_untracked());
    let lines = use_boot()
        .with_value(|boot| rows.into_iter().map(|row| line(text, boot, row, now)).collect_view());
    view! { <ul class="rows">{lines}</ul> }.into_any()
}

fn line(text: Text, boot: &Boot, row: AccountSummary, now: Instant) -> AnyView {
    let number = row.number.to_string();
    let kind =
        if row.kind == AccountKind::Individual { AvatarKind::Person } else { AvatarKind::Company };
    let last = if row.last_contact_at.is_set() {
        format::contact_day(text, row.last_contact_at, now, &boot.zone)
    } else {
        text.list_no_contact_yet().to_owned()
    };
    let owner = boot.colleague(row.owner);
    let value = if row.value_minor == 0 {
        String::new()
    } else {
        format::money_compact(boot.lang, row.value_minor, boot.currency(), boot.currency())
    };
    let (name, seed) = (row.name.clone(), number.clone());
    let leading = move || view! { <Avatar name=name.clone() seed=seed.clone() kind=kind /> };
    let status = row.status;
    view! {
        <ListRow
            href=format!("/customers/{number}")
            title=row.name
            subtitle=joined(&[&last, &owner])
            meta=value
            leading=leading
            trailing=move || status_chip(text, status)
        />
    }
    .into_any()
}

/// Before the first customer: what to do.
fn start() -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    let (import, create) = boot.with_value(|boot| {
        (boot.may(Action::Import, Object::Import), boot.may(Action::Create, Object::Account))
    });
    let actions = move || {
        view! {
            {import
                .then(|| {
                    view! {
                        <LinkButton href="/import" variant=Variant::Primary icon="upload">
                            {text.home_start_import()}
                        </LinkButton>
                    }
                })}
            {create
                .then(|| {
                    view! {
                        <LinkButton href="/customers/new" icon="plus">
                            {text.home_start_create()}
                        </LinkButton>
                    }
                })}
        }
    };
    view! {
        <div class="panel">
            <EmptyState
                icon="building-2"
                title=text.home_start_title()
                text=text.home_start_body()
                actions=actions
            />
        </div>
    }
    .into_any()
}
