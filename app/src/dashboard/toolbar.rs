//! What narrows a dashboard: the days, whose records, which pipeline, which currency. All of it stands in the address.

use super::{address, page::Show};
use crate::{
    i18n::words,
    ui::{Menu, MenuItem, Size},
};
use domain::{
    dashboard::DashboardRequest,
    money::Currency,
    period::{Period, When},
    policy::{Object, Reach},
};
use leptos::prelude::*;

/// The toolbar.
pub(super) fn toolbar(show: Show) -> AnyView {
    let text = show.text;
    view! {
        <div class="toolbar">
            <div class="toolbar-chips" role="group" aria-label=text.list_filters()>
                {periods(show)}
                {owners(show)}
                {teams(show)}
                {pipelines(show)}
                {currencies(show)}
            </div>
        </div>
        {range(show)}
    }
    .into_any()
}

/// A choice of a menu: what it says, what it asks for, whether it is the one.
type Choice = (String, DashboardRequest, bool);

fn menu(id: &'static str, icon: &'static str, name: &'static str, choices: Vec<Choice>) -> AnyView {
    let label = choices
        .iter()
        .find(|(.., now)| *now)
        .map_or_else(|| name.to_owned(), |(said, ..)| said.clone());
    let items = choices
        .into_iter()
        .map(|(said, request, now)| {
            let href = address::dashboard(&request);
            view! { <MenuItem label=said href=href checked=Signal::stored(now) /> }
        })
        .collect_view();
    view! {
        <Menu id=id label=label icon=icon show_label=true size=Size::Sm>
            {items}
        </Menu>
    }
    .into_any()
}

fn periods(show: Show) -> AnyView {
    let text = show.text;
    let asked = show.request.get_value();
    let mut choices: Vec<Choice> = Period::ALL
        .iter()
        .map(|period| {
            let when = When::Named(*period);
            let request = DashboardRequest { when, ..asked.clone() };
            (words::period(text, *period).to_owned(), request, asked.when == when)
        })
        .collect();
    if let When::Between(days) = asked.when {
        choices.push((show.days(days), asked.clone(), true));
    }
    menu("period", "calendar", text.dashboard_period(), choices)
}

/// Two days of one's own; a plain form, so that it needs no script.
fn range(show: Show) -> AnyView {
    let text = show.text;
    let asked = show.request.get_value();
    let kept = asked
        .to_query()
        .into_iter()
        .filter(|(name, _)| *name != "period")
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let days = show.board.with_value(|board| board.days);
    let day = |day: Option<domain::date::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let open = matches!(asked.when, When::Between(_));
    view! {
        <details class="chart-more dashboard-range" open=open>
            <summary>{text.dashboard_other_days()}</summary>
            <form method="get" action=address::DASHBOARD class="cluster">
                {kept}
                <label class="range-day">
                    <span class="sub">{text.dashboard_from()}</span>
                    <input
                        class="input"
                        type="date"
                        name="from"
                        required
                        value=day(days.map(|days| days.first()))
                    />
                </label>
                <label class="range-day">
                    <span class="sub">{text.dashboard_until()}</span>
                    <input
                        class="input"
                        type="date"
                        name="until"
                        required
                        value=day(days.map(|days| days.last()))
                    />
                </label>
                <button type="submit" class="btn btn-default">
                    <span class="btn-label">{text.dashboard_show()}</span>
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// Whose records, for who sees those of others.
fn owners(show: Show) -> Option<AnyView> {
    let text = show.text;
    let asked = show.request.get_value();
    let (reach, colleagues) = show.boot.with_value(|boot| {
        let reach = boot.sees(Object::Opportunity).max(boot.sees(Object::Account));
        (reach, boot.colleagues.clone())
    });
    if reach <= Reach::Own {
        return None;
    }
    let all = DashboardRequest { owner: None, ..asked.clone() };
    let everybody = (text.deal_everybody().to_owned(), all, asked.owner.is_none());
    let named = colleagues.into_iter().map(|one| {
        let request = DashboardRequest { owner: Some(one.id), ..asked.clone() };
        (one.name, request, asked.owner == Some(one.id))
    });
    let choices = std::iter::once(everybody).chain(named).collect();
    Some(menu("whose", "user", text.deal_everybody(), choices))
}

fn teams(show: Show) -> Option<AnyView> {
    let text = show.text;
    let asked = show.request.get_value();
    let teams = show.board.with_value(|board| board.teams.clone());
    if teams.is_empty() {
        return None;
    }
    let all = DashboardRequest { team: None, ..asked.clone() };
    let every = (text.dashboard_every_team().to_owned(), all, asked.team.is_none());
    let named = teams.into_iter().map(|(id, name)| {
        let request = DashboardRequest { team: Some(id), ..asked.clone() };
        (name, request, asked.team == Some(id))
    });
    let choices = std::iter::once(every).chain(named).collect();
    Some(menu("team", "users", text.dashboard_every_team(), choices))
}

fn pipelines(show: Show) -> Option<AnyView> {
    let text = show.text;
    let asked = show.request.get_value();
    let pipelines =
        show.board.with_value(|board| board.deals.as_ref().map(|deals| deals.pipelines.clone()))?;
    if pipelines.len() < 2 {
        return None;
    }
    let all = DashboardRequest { pipeline: None, ..asked.clone() };
    let every = (text.deal_every_pipeline().to_owned(), all, asked.pipeline.is_none());
    let named = pipelines.iter().map(|pipeline| {
        let request = DashboardRequest { pipeline: Some(pipeline.id), ..asked.clone() };
        let name = crate::deals::pipeline_name(text, pipeline);
        (name, request, asked.pipeline == Some(pipeline.id))
    });
    let choices = std::iter::once(every).chain(named).collect();
    Some(menu("pipeline", "kanban", text.deal_every_pipeline(), choices))
}

/// In which currency, where deals have several: amounts of others are not among the sums.
fn currencies(show: Show) -> Option<AnyView> {
    let text = show.text;
    let asked = show.request.get_value();
    let (currencies, now) = show.board.with_value(|board| {
        board.deals.as_ref().map(|deals| (deals.currencies.clone(), deals.currency))
    })?;
    if currencies.len() < 2 && currencies.contains(&now) {
        return None;
    }
    let choice = |currency: &Currency| {
        let request = DashboardRequest { currency: Some(*currency), ..asked.clone() };
        (words::currency(text, *currency).to_owned(), request, *currency == now)
    };
    let choices = currencies.iter().map(choice).collect();
    Some(menu("currency", "banknote", text.dashboard_currency(), choices))
}
