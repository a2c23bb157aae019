//! What a list of customers or persons is asked for: tab, search, quick filters, order, place.
//! Enums all the way, so that no column name or sort key ever comes from the browser.

use crate::{
    account::{AccountKind, choices},
    id::{TeamId, UserId},
    page::Cursor,
    period::DateRange,
    policy::Object,
    time::ZoneOffsets,
};
use serde::{Deserialize, Serialize};

choices! {
    /// Which rows the list shows.
    Tab {
        /// Companies, partners and competitors.
        Companies = "companies" [],
        /// Individual customers.
        Individuals = "individuals" [],
        /// Contact persons.
        People = "people" [],
    }
}

impl Tab {
    /// What its rows are, for the policy.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::Companies | Self::Individuals => Object::Account,
            Self::People => Object::Person,
        }
    }

    /// Whether an account of `kind` belongs here.
    #[must_use]
    pub fn holds(self, kind: AccountKind) -> bool {
        match self {
            Self::Companies => kind != AccountKind::Individual,
            Self::Individuals => kind == AccountKind::Individual,
            Self::People => false,
        }
    }
}

choices! {
    /// By what a list is ordered.
    Sort {
        /// Name, by pinyin.
        Name = "name" [],
        /// Last contact, latest first.
        LastContact = "last_contact" [],
        /// Newest first.
        Created = "created" [],
        /// Most valuable first.
        Value = "value" [],
    }
}

choices! {
    /// Quick filters; several together narrow further.
    Filter {
        /// I am in charge.
        Mine = "mine" [],
        /// Level VIP.
        Vip = "vip" [],
        /// Status at risk.
        AtRisk = "at_risk" [],
        /// No contact for 30 days, or never.
        Quiet = "quiet" [],
        /// Nobody is in charge.
        Unassigned = "unassigned" [],
        /// Birthday this month.
        Birthday = "birthday" [],
        /// Shared with me, or with a team of mine.
        Shared = "shared" [],
    }
}

/// A whole request for a list page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRequest {
    /// Which rows.
    pub tab: Tab,
    /// What was typed into the search box; empty for everything. A search is ordered by best
    /// match, whatever `sort` says.
    pub search: String,
    /// Quick filters.
    pub filters: Vec<Filter>,
    /// One tag, by name, or empty.
    pub tag: String,
    /// In charge of one colleague.
    pub owner: Option<UserId>,
    /// In charge of somebody of one team.
    pub team: Option<TeamId>,
    /// Came in these days.
    pub created: Option<DateRange>,
    /// Where days begin and end; UTC unless the server says otherwise.
    #[serde(skip)]
    pub zone: ZoneOffsets,
    /// Order.
    pub sort: Sort,
    /// The other way round.
    pub reverse: bool,
    /// Where to go on; `None` from the start.
    pub after: Option<Cursor>,
}

impl Default for ListRequest {
    fn default() -> Self {
        Self {
            tab: Tab::Companies,
            search: String::new(),
            filters: Vec::new(),
            tag: String::new(),
            owner: None,
            team: None,
            created: None,
            zone: ZoneOffsets::default(),
            sort: Sort::Name,
            reverse: false,
            after: None,
        }
    }
}

impl ListRequest {
    /// Whether it is narrowed by more than a search and a tag.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.filters.is_empty() || self.from_figures()
    }

    /// Whether it is narrowed by what only figures lead to.
    #[must_use]
    pub fn from_figures(&self) -> bool {
        self.owner.is_some() || self.team.is_some() || self.created.is_some()
    }

    /// Whether larger keys come first.
    #[must_use]
    pub fn descending(&self) -> bool {
        (self.sort != Sort::Name) != self.reverse
    }

    /// From the query of a URL; whatever cannot be read falls back to the default.
    pub fn from_query<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let sort = get("sort").unwrap_or_default();
        let (reverse, sort) = sort.strip_prefix('-').map_or((false, sort), |rest| (true, rest));
        Self {
            tab: get("tab").and_then(|raw| Tab::parse(raw).ok()).unwrap_or(Tab::Companies),
            search: get("q").unwrap_or_default().chars().take(200).collect(),
            filters: get("filter")
                .unwrap_or_default()
                .split(',')
                .filter_map(|raw| Filter::parse(raw).ok())
                .fold(Vec::new(), |mut all, filter| {
                    if !all.contains(&filter) {
                        all.push(filter);
                    }
                    all
                }),
            tag: get("tag").unwrap_or_default().chars().take(40).collect(),
            owner: get("owner").and_then(|raw| raw.parse().ok()),
            team: get("team").and_then(|raw| raw.parse().ok()),
            created: get("created").and_then(|raw| raw.parse().ok()),
            zone: ZoneOffsets::default(),
            sort: Sort::parse(sort).unwrap_or(Sort::Name),
            reverse,
            after: get("after").and_then(Cursor::decode),
        }
    }

    /// As pairs for the query of a URL, defaults left out; [`Self::from_query`] reads it back.
    #[must_use]
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        if self.tab != Tab::Companies {
            out.push(("tab", self.tab.code().to_owned()));
        }
        if !self.search.is_empty() {
            out.push(("q", self.search.clone()));
        }
        if !self.filters.is_empty() {
            let codes: Vec<&str> = self.filters.iter().map(|filter| filter.code()).collect();
            out.push(("filter", codes.join(",")));
        }
        if !self.tag.is_empty() {
            out.push(("tag", self.tag.clone()));
        }
        out.extend(self.owner.map(|id| ("owner", id.to_string())));
        out.extend(self.team.map(|id| ("team", id.to_string())));
        out.extend(self.created.map(|days| ("created", days.to_string())));
        if self.sort != Sort::Name || self.reverse {
            let sign = if self.reverse { "-" } else { "" };
            out.push(("sort", format!("{sign}{}", self.sort.code())));
        }
        if let Some(after) = &self.after {
            out.push(("after", after.encode()));
        }
        out
    }
}

/// A colleague's name, for owner columns and pickers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Identity.
    pub id: UserId,
    /// Name shown.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    #[test]
    fn the_url_holds_the_whole_state() {
        let request = ListRequest {
            tab: Tab::People,
            search: "张 小明&x=1".to_owned(),
            filters: vec![Filter::Mine, Filter::Quiet],
            tag: "华东".to_owned(),
            owner: Some(UserId(Uuid::from_u128(1))),
            team: Some(TeamId(Uuid::from_u128(2))),
            created: "2026-01-01..2026-03-31".parse().ok(),
            zone: ZoneOffsets::default(),
            sort: Sort::Value,
            reverse: true,
            after: Some(Cursor { key: "a:b".to_owned(), number: 7 }),
        };
        let pairs: BTreeMap<_, _> = request.to_query().into_iter().collect();
        let back = ListRequest::from_query(|key| pairs.get(key).map(String::as_str));
        assert_eq!(back, request);
        assert!(ListRequest::default().to_query().is_empty());
    }

    #[test]
    fn rubbish_in_the_url_is_the_default() {
        let back = ListRequest::from_query(|key| (key != "q").then_some("'; DROP TABLE account"));
        assert_eq!(back.sort, Sort::Name);
        assert_eq!(back.after, None);
        assert!(back.filters.is_empty());
    }
}
