//! The address of a list: everything it shows stands in the query, so it can be shared, kept and
//! gone back to.

use crate::{
    boot::Boot,
    frame::address::{query, with_query},
};
use domain::{
    list::{Filter, ListRequest, Sort, Tab},
    policy::Detail,
};

/// The query of a request, without the question mark.
#[must_use]
pub fn query_of(request: &ListRequest) -> String {
    query(request.to_query())
}

/// The address of a request.
#[must_use]
pub fn address(request: &ListRequest) -> String {
    with_query("/customers", &query_of(request))
}

/// A tab from its start, with the search that was typed on another; filters differ between tabs
/// and stay behind.
#[must_use]
pub fn tab(tab: Tab, search: &str) -> String {
    address(&ListRequest { tab, search: search.to_owned(), ..ListRequest::default() })
}

/// The same list with one filter more or less, from its start.
#[must_use]
pub fn toggled(request: &ListRequest, filter: Filter) -> String {
    let mut changed = ListRequest { after: None, ..request.clone() };
    if changed.filters.contains(&filter) {
        changed.filters.retain(|other| *other != filter);
    } else {
        changed.filters.push(filter);
    }
    address(&changed)
}

/// The same list in another order, from its start; the order it has already is turned round.
#[must_use]
pub fn sorted(request: &ListRequest, sort: Sort) -> String {
    let reverse = request.sort == sort && !request.reverse;
    address(&ListRequest { sort, reverse, after: None, ..request.clone() })
}

/// The same list for another search, from its start.
#[must_use]
pub fn searched(request: &ListRequest, search: &str) -> String {
    let search = search.trim().to_owned();
    address(&ListRequest { search, after: None, ..request.clone() })
}

/// The same tab and order without search, filters and tag.
#[must_use]
pub fn cleared(request: &ListRequest) -> String {
    let ListRequest { tab, sort, reverse, .. } = *request;
    address(&ListRequest { tab, sort, reverse, ..ListRequest::default() })
}

/// Whether anything narrows the list.
#[must_use]
pub fn is_narrowed(request: &ListRequest) -> bool {
    !request.search.is_empty() || request.is_narrowed() || !request.tag.is_empty()
}

/// The quick filters a tab has.
#[must_use]
pub fn filters(boot: &Boot, tab: Tab) -> Vec<Filter> {
    let all: &[Filter] = match tab {
        Tab::Companies => &[
            Filter::Mine,
            Filter::Shared,
            Filter::Vip,
            Filter::AtRisk,
            Filter::Quiet,
            Filter::Unassigned,
        ],
        Tab::Individuals => &[
            Filter::Mine,
            Filter::Shared,
            Filter::Vip,
            Filter::AtRisk,
            Filter::Quiet,
            Filter::Birthday,
            Filter::Unassigned,
        ],
        Tab::People => {
            &[Filter::Mine, Filter::Shared, Filter::Quiet, Filter::Birthday, Filter::Unassigned]
        }
    };
    let seen = |filter: &Filter| sees(boot, tab, Detail::of_filter(*filter));
    all.iter().copied().filter(seen).collect()
}

/// Whether what a filter or an order goes by is seen.
fn sees(boot: &Boot, tab: Tab, detail: Option<Detail>) -> bool {
    let object = tab.object();
    detail.is_none_or(|detail| boot.reads(object, detail))
}

/// The orders a tab has.
#[must_use]
pub fn orders(boot: &Boot, tab: Tab) -> Vec<Sort> {
    let all: &[Sort] = match tab {
        Tab::Companies | Tab::Individuals => {
            &[Sort::Name, Sort::LastContact, Sort::Created, Sort::Value]
        }
        Tab::People => &[Sort::Name, Sort::LastContact, Sort::Created],
    };
    let seen = |sort: &Sort| sees(boot, tab, Detail::of_sort(*sort));
    all.iter().copied().filter(seen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_everything_and_defaults_say_nothing() {
        let request = ListRequest::default();
        assert_eq!(address(&request), "/customers");
        assert_eq!(tab(Tab::People, ""), "/customers?tab=people");
        assert_eq!(tab(Tab::People, "zxm"), "/customers?tab=people&q=zxm");
        assert_eq!(toggled(&request, Filter::Vip), "/customers?filter=vip");
        assert_eq!(sorted(&request, Sort::Value), "/customers?sort=value");
        assert_eq!(sorted(&request, Sort::Name), "/customers?sort=-name");
        assert_eq!(searched(&request, " 张 & 王 "), "/customers?q=%E5%BC%A0%20%26%20%E7%8E%8B");
    }

    #[test]
    fn a_second_toggle_takes_the_filter_off() {
        let request = ListRequest { filters: vec![Filter::Vip], ..ListRequest::default() };
        assert_eq!(toggled(&request, Filter::Vip), "/customers");
        assert_eq!(toggled(&request, Filter::Mine), "/customers?filter=vip%2Cmine");
        assert_eq!(cleared(&request), "/customers");
    }
}
