//! The bin: what was deleted in the last 30 days, and the way back. Lists and restores without
//! scripts, too.

pub mod api;
mod erase;
mod row;
mod rows;

pub(crate) use row::who;

use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    frame::use_changes,
    i18n::use_text,
    ui::{Banner, Page, Skeleton, SkeletonKind, TabItem, Tabs, Tone},
};
use api::list_bin;
use domain::bin::BinKind;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What the address asks for: which records, and where the page starts.
type Place = (BinKind, String);

/// A kind as the address and forms name it.
fn tab(kind: BinKind) -> &'static str {
    match kind {
        BinKind::Accounts => "accounts",
        BinKind::People => "people",
        BinKind::Opportunities => "opportunities",
        BinKind::Orders => "orders",
        BinKind::Cases => "cases",
    }
}

/// The address of a page of the bin.
fn address(kind: BinKind, after: &str) -> String {
    let mut pairs = Vec::new();
    if kind != BinKind::Accounts {
        pairs.push(("tab", tab(kind)));
    }
    if !after.is_empty() {
        pairs.push(("after", after));
    }
    crate::frame::address::with_query("/bin", &crate::frame::address::query(pairs))
}

/// The bin.
#[component]
pub fn Bin() -> impl IntoView {
    let text = use_text();
    let changes = use_changes();
    let query = use_query_map();
    let kinds = use_boot().with_value(Boot::bin_kinds);
    let offered = kinds.clone();
    let place = Memo::new(move |_| -> Place {
        query.with(|query| {
            let asked = offered.iter().find(|kind| query.get_str("tab") == Some(tab(**kind)));
            let kind = asked.or(offered.first()).copied().unwrap_or(BinKind::Accounts);
            (kind, query.get("after").unwrap_or_default())
        })
    });
    let page =
        carried(move || (place.get(), changes.count()), |((kind, after), _)| list_bin(kind, after));
    let retry = Callback::new(move |()| page.refetch());
    let content = page.shown(move |page| rows::list(page, place.get_untracked(), retry));
    let label = |kind| match kind {
        BinKind::Accounts => text.bin_customers(),
        BinKind::People => text.bin_people(),
        BinKind::Opportunities => text.bin_opportunities(),
        BinKind::Orders => text.order_title(),
        BinKind::Cases => text.case_title(),
    };
    let tabs = kinds
        .into_iter()
        .map(|kind| TabItem::new(tab(kind), label(kind), address(kind, "")))
        .collect::<Vec<_>>();
    let current = Signal::derive(move || tab(place.read().0).to_owned());
    view! {
        <Title text=text.bin_title() />
        <Page title=text.bin_title().to_owned() class="list-page">
            <Banner tone=Tone::Info>{text.bin_hint()}</Banner>
            <div class="view-tabs">
                <Tabs label=text.bin_title() tabs=tabs current=current />
            </div>
            <div class="panel list-panel">
                <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table count=6 /> }>
                    {content}
                </Transition>
            </div>
        </Page>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_address() {
        assert_eq!(address(BinKind::Accounts, ""), "/bin");
        assert_eq!(address(BinKind::People, ""), "/bin?tab=people");
        assert_eq!(address(BinKind::People, "7:12"), "/bin?tab=people&after=7%3A12");
    }
}
