//! Addresses of boards and lists of deals: everything they show stands in them.

use crate::frame::address::{query, with_query};
use domain::opportunity::{BoardRequest, DealFilter, DealRequest, DealSort};

/// Where the board is.
pub(super) const BOARD: &str = "/pipeline";
/// Where the list is.
pub(super) const LIST: &str = "/deals";

/// The query of a board's address.
pub(super) fn board_query(request: &BoardRequest) -> String {
    query(request.to_query())
}

/// The address of a board.
pub(super) fn board(request: &BoardRequest) -> String {
    with_query(BOARD, &board_query(request))
}

/// The query of a list's address.
pub(super) fn list_query(request: &DealRequest) -> String {
    query(request.to_query())
}

/// The address of a list.
pub(crate) fn list(request: &DealRequest) -> String {
    with_query(LIST, &list_query(request))
}

/// The address of a list in another order, from its start; in the order it has already, the other way round.
pub(super) fn sorted(request: &DealRequest, sort: DealSort) -> String {
    let reverse = request.sort == sort && !request.reverse;
    list(&DealRequest { sort, reverse, after: None, ..request.clone() })
}

/// The same deals as a list that a board shows.
pub(super) fn as_list(request: &BoardRequest) -> DealRequest {
    DealRequest {
        pipeline: request.pipeline,
        owner: request.owner,
        filters: request.filters.clone(),
        ..DealRequest::default()
    }
}

/// The board that comes closest to a list.
pub(super) fn as_board(request: &DealRequest) -> BoardRequest {
    BoardRequest {
        pipeline: request.pipeline,
        owner: request.owner,
        filters: request.filters.clone(),
        ..BoardRequest::default()
    }
}

/// The filters with one turned on or off.
pub(super) fn toggled(filters: &[DealFilter], filter: DealFilter) -> Vec<DealFilter> {
    let on = filters.contains(&filter);
    DealFilter::ALL
        .iter()
        .copied()
        .filter(|other| if *other == filter { !on } else { filters.contains(other) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn board_and_list_lead_to_each_other() {
        let request = BoardRequest {
            filters: vec![DealFilter::Mine, DealFilter::Stalled],
            ..BoardRequest::default()
        };
        assert_eq!(board(&request), "/pipeline?filter=mine%2Cstalled");
        assert_eq!(list(&as_list(&request)), "/deals?filter=mine%2Cstalled");
        assert_eq!(as_board(&as_list(&request)), request);
        assert_eq!(board(&BoardRequest::default()), "/pipeline");
    }

    #[test]
    fn a_filter_is_turned_on_and_off() {
        let on = toggled(&[DealFilter::Stalled], DealFilter::Mine);
        assert_eq!(on, [DealFilter::Mine, DealFilter::Stalled]);
        assert_eq!(toggled(&on, DealFilter::Stalled), [DealFilter::Mine]);
    }

    #[test]
    fn the_same_order_again_is_the_other_way_round() {
        let request = DealRequest { sort: DealSort::Close, ..DealRequest::default() };
        assert_eq!(sorted(&request, DealSort::Close), "/deals?sort=-close");
        assert_eq!(sorted(&request, DealSort::Value), "/deals?sort=value");
    }
}
