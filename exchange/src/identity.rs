//! Which record a row is: the id of the file, or one made of what tells rows apart, so that a second
//! run of the same file finds its own rows. An id of a system nobody named is one of many files'
//! number 7: it counts together with the name only.

use crate::{contact_cells::mark, mapping::Mapping, row::ParsedRow};
use domain::{account::AccountKind, contact::ContactDraft, text};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::{CaseRow, DealRow, GivenId, OrderRow};

/// The ids of the records of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowKeys {
    /// Of the customer.
    pub account: Option<String>,
    /// Of the contact person.
    pub person: Option<String>,
}

/// The ids of a row whose file has none: 32 hexadecimal digits over names, companies, phones and
/// e-mails as compared. `ordinal` counts rows that say the same, the first is 0.
#[must_use]
pub fn row_key(row: &ParsedRow, ordinal: u32) -> RowKeys {
    let name = row.account.as_ref().map(|draft| squeezed(&draft.data.name)).unwrap_or_default();
    let account = row.account.as_ref().map(|draft| {
        let individual = draft.data.kind == AccountKind::Individual;
        if row.shares_account && !individual {
            // Every row about somebody of this company means the same customer.
            return digest("company", &[&name], &[], 0);
        }
        digest(
            "account",
            &[&name, &draft.data.credit_code],
            &marks(&draft.contacts, &row.account_norms),
            ordinal,
        )
    });
    let person = row.person.as_ref().map(|draft| {
        digest(
            "person",
            &[&name, &squeezed(&draft.data.full_name)],
            &marks(&draft.contacts, &row.person_norms),
            ordinal,
        )
    });
    RowKeys { account, person }
}

/// An id with a mark of the name it goes with.
fn with_name(id: &str, name: &str) -> String {
    let mark = digest("name", &[&text::name_core(name)], &[], 0);
    format!("{id}#{}", mark.get(..8).unwrap_or_default())
}

fn marks(contacts: &[ContactDraft], norms: &[String]) -> Vec<String> {
    contacts.iter().zip(norms).map(|(draft, norm)| mark(draft, norm)).collect()
}

fn squeezed(name: &str) -> String {
    text::fold(name).replace(' ', "")
}

fn digest(kind: &str, names: &[&str], marks: &[String], ordinal: u32) -> String {
    let mut marks: Vec<&str> = marks.iter().map(String::as_str).collect();
    marks.sort_unstable();
    let mut hash = Sha256::new();
    // Each part is led by its length, so that no two rows run into the same bytes.
    for part in [kind].iter().chain(names).chain(&marks) {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(ordinal.to_be_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    format!("{:032x}", u128::from_be_bytes(first))
}

/// Gives the rows of one file their ids, in the order of the file.
#[derive(Debug, Default)]
pub struct Identities {
    /// How often a row was there, by the first half of its key.
    seen: HashMap<u64, u32>,
}

impl Identities {
    /// Sets the ids of the row's records: the file's id where there is one, a made one elsewhere.
    pub fn identify(&mut self, row: &mut ParsedRow, mapping: &Mapping) {
        let source_system = mapping.source_system.as_str();
        let is_named = mapping.names_its_system();
        if let Some(deal) = &mut row.deal {
            source_system.clone_into(&mut deal.source_system);
            let given = row.external_id.clone();
            deal.external_id = match given {
                Some(id) if is_named || is_telling(&id) => id,
                Some(id) => with_name(&id, &named(deal)),
                None => self.made(deal),
            };
            return;
        }
        let given = row.external_id.clone();
        if let Some(order) = &mut row.order {
            source_system.clone_into(&mut order.source_system);
            order.buyer.key = match (order.buyer.id.as_str(), is_named) {
                ("", _) => digest("buyer", &[&squeezed(&order.buyer.name)], &[], 0),
                (id, true) => id.to_owned(),
                (id, false) => with_name(id, &order.buyer.name),
            };
            order.external_id = match given {
                Some(id) if is_named || is_telling(&id) => id,
                Some(id) => with_name(&id, &bought_by(order)),
                None => self.purchase(order),
            };
            return;
        }
        if let Some(case) = &mut row.case {
            source_system.clone_into(&mut case.source_system);
            case.account_key = match case.account_key.as_str() {
                "" => String::new(),
                id if is_named => id.to_owned(),
                id => with_name(id, &case.account),
            };
            case.external_id = match given {
                Some(id) if is_named || is_telling(&id) => id,
                Some(id) => with_name(&id, &case.data.subject),
                None => self.raised(case),
            };
            return;
        }
        let first = row_key(row, 0);
        let mark = first.person.as_deref().or(first.account.as_deref()).unwrap_or_default();
        let mark = mark.get(..16).and_then(|half| u64::from_str_radix(half, 16).ok());
        let count = self.seen.entry(mark.unwrap_or_default()).or_default();
        let keys = if *count == 0 { first } else { row_key(row, *count) };
        *count += 1;

        let given = |name: &str| {
            let id = row.external_id.clone()?;
            Some(if is_named { id } else { with_name(&id, name) })
        };
        let is_given = is_named && row.external_id.is_some();
        let persons = row.person.is_some() && (row.id_is_the_persons || row.account.is_none());
        let system = (!source_system.is_empty()).then(|| source_system.to_owned());
        if let Some(account) = &mut row.account {
            let given = given(&account.data.name).filter(|_| !persons);
            if is_given && given.is_some() {
                row.given_id = Some(GivenId::Account);
            }
            account.external_id = given.or(keys.account);
            account.source_system.clone_from(&system);
        }
        if let Some(person) = &mut row.person {
            let given = given(&person.data.full_name).filter(|_| persons);
            if is_given && given.is_some() {
                row.given_id = Some(GivenId::Person);
            }
            person.external_id = given.or(keys.person);
            person.source_system = system;
        }
    }
}

impl Identities {
    /// The id of a deal whose file has none: over what it is about, with whom, and when it began.
    fn made(&mut self, deal: &DealRow) -> String {
        let began = deal.began.map(String::from).unwrap_or_default();
        let name = named(deal);
        let of = |ordinal| digest("deal", &[&name, &began], &[], ordinal);
        self.counted(of)
    }

    /// The id of a purchase whose file has none: over who bought what on which day, and the how-manieth of those that are
    /// alike it is. A row that was put right and comes in a file of its own is so told from the others of its day.
    fn purchase(&mut self, order: &OrderRow) -> String {
        let (buyer, day) = (bought_by(order), order.data.ordered_on.to_string());
        let amount = order.amount_minor.map(|minor| minor.to_string()).unwrap_or_default();
        let (what, many) = (squeezed(&order.product), order.quantity.to_string());
        let parts: [&str; 5] = [&buyer, &day, &what, &many, &amount];
        self.counted(|ordinal| digest("order", &parts, &[], ordinal))
    }

    /// The id of a case whose file has none: over what it is about, what was said, and by whom.
    fn raised(&mut self, case: &CaseRow) -> String {
        let (subject, body) = (squeezed(&case.data.subject), squeezed(&case.body));
        let (who, contact) = (squeezed(&case.account), squeezed(&case.data.contact));
        let number = case.number.map(|number| number.to_string()).unwrap_or_default();
        let parts: [&str; 5] = [&subject, &body, &who, &contact, &number];
        self.counted(|ordinal| digest("case", &parts, &[], ordinal))
    }

    /// The next id of those that rows that say the same have, by how many of them there were.
    fn counted(&mut self, of: impl Fn(u32) -> String) -> String {
        let first = of(0);
        let half = first.get(..16).and_then(|half| u64::from_str_radix(half, 16).ok());
        let count = self.seen.entry(half.unwrap_or_default()).or_default();
        let ordinal = *count;
        *count += 1;
        if ordinal == 0 { first } else { of(ordinal) }
    }
}

/// Whose an order is, as far as the file says.
fn bought_by(order: &OrderRow) -> String {
    let buyer = &order.buyer;
    match buyer.number {
        Some(number) if buyer.id.is_empty() && buyer.name.is_empty() => number.to_string(),
        _ => buyer.key.clone(),
    }
}

/// What a deal is told by besides its id.
fn named(deal: &DealRow) -> String {
    let offers = deal.offers.iter().map(|offer| offer.product.as_str());
    let parts = [deal.data.name.as_str(), &deal.account].into_iter().chain(offers);
    parts.map(squeezed).collect::<Vec<_>>().join("/")
}

/// Whether an id is unlikely to be one of several files: longer than a count, and not made of digits alone.
fn is_telling(id: &str) -> bool {
    id.chars().count() >= 6 && !id.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        format::Format,
        row::RowReader,
        table::{Row, TableHead},
    };

    fn identified(headers: &[&str], rows: &[&[&str]]) -> Vec<RowKeys> {
        let head = TableHead {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row: 1,
            headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        };
        let mapping = Mapping::automatic(&head, &[]);
        let reader = RowReader::new(&mapping, "CN", 2);
        let mut identities = Identities::default();
        rows.iter()
            .map(|cells| {
                let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
                let mut row = reader.read(&Row { number: 1, cells });
                identities.identify(&mut row, &mapping);
                RowKeys {
                    account: row.account.and_then(|draft| draft.external_id),
                    person: row.person.and_then(|draft| draft.external_id),
                }
            })
            .collect()
    }

    #[test]
    fn the_same_file_gives_the_same_ids() {
        let headers = ["姓名", "公司", "手机"];
        let rows: &[&[&str]] = &[
            &["张三", "快讯", "15284354094"],
            &[" 张 三", "快 讯", "+86 152 8435 4094"],
            &["李四", "快讯", ""],
            &["王五", "", "15284354095"],
        ];
        let first = identified(&headers, rows);
        assert_eq!(first, identified(&headers, rows));
        assert_eq!(first[0].account, first[2].account, "one company");
        assert_ne!(first[0].person, first[1].person, "a repeat is a row of its own");
        assert!(first[3].person.is_none());
        assert_eq!(first[3].account.as_ref().map(String::len), Some(32));
        // A row that goes does not change what the others are.
        assert_eq!(identified(&headers, &rows[2..])[0], first[2]);
    }

    #[test]
    fn the_ids_of_the_file_come_first() {
        let rows: &[&[&str]] = &[&["7", "张三", "快讯"]];
        let ids = identified(&["客户编号", "姓名", "公司"], rows);
        assert!(ids[0].account.as_ref().is_some_and(|id| id.starts_with("7#")));
        assert_eq!(ids[0].person.as_ref().map(String::len), Some(32));
        let ids = identified(&["联系人编号", "姓名", "公司"], rows);
        assert!(ids[0].person.as_ref().is_some_and(|id| id.starts_with("7#")));
        assert_eq!(ids[0].account.as_ref().map(String::len), Some(32));
    }

    #[test]
    fn a_number_of_an_unnamed_system_goes_with_the_name() {
        let of = |id: &str, name: &str| {
            identified(&["客户编号", "公司"], &[&[id, name]])[0].account.clone().unwrap()
        };
        assert_eq!(of("7", "快讯有限公司"), of("7", "快讯"));
        assert_ne!(of("7", "快讯"), of("7", "易动力"));
        assert_ne!(of("7", "快讯"), of("8", "快讯"));
    }
}
