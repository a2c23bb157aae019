//! An answer without what is another in every answer, so that two can be held against each other.

use super::record::Kept;
use crate::support::Answer;

/// What differs from answer to answer whatever is asked.
pub fn without_what_passes(answer: &Answer, asked: &Kept) -> (u16, String) {
    let mut body = answer.body.clone();
    let own = answer.header("x-request-id");
    if !own.is_empty() {
        body = body.replace(own, "REFERENCE");
    }
    // A form is given a name for the attempt, another one each time.
    if let Some((_, rest)) = body.split_once("name=\"operation\" value=\"") {
        let attempt = rest.split('"').next().unwrap_or_default().to_owned();
        body = body.replace(&attempt, "ATTEMPT");
    }
    for part in ["nonce=\"", "\"now\":", "\\\"now\\\":", "\"told\":", "\\\"told\\\":"] {
        let mut pieces = body.split(part);
        let mut rest = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let end = piece.find(['"', ',', '}']).unwrap_or(piece.len());
            rest.push_str(part);
            rest.push_str(&piece[end..]);
        }
        body = rest;
    }
    for (text, what) in [
        (asked.account.to_string(), "ID"),
        (asked.person.to_string(), "ID"),
        (asked.deal.to_string(), "ID"),
        (asked.deal_number.to_string(), "NUMBER"),
        (asked.order.to_string(), "ID"),
        (asked.order_number.to_string(), "NUMBER"),
        (asked.case.to_string(), "ID"),
        (asked.case_number.to_string(), "NUMBER"),
        (asked.number.to_string(), "NUMBER"),
        (asked.person_number.to_string(), "NUMBER"),
        (asked.mark.clone(), "MARK"),
        (asked.phone.clone(), "PHONE"),
        (asked.mobile.clone(), "PHONE"),
    ] {
        body = body.replace(&text, what);
    }
    (answer.status, body)
}
