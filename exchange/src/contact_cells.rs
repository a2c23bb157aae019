//! Phones, e-mails and the like out of cells: several in one cell are told apart, what cannot be
//! read is kept as typed.

use crate::sniff;
use domain::{
    contact::{ContactDraft, ContactKind, MOST_CONTACTS},
    field::FieldError,
    text,
};
use std::collections::HashSet;

/// Most characters of one way to reach somebody.
const CONTACT_CHARS: usize = 254;

/// The ways to reach one customer or person, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contacts {
    /// As they are stored.
    pub drafts: Vec<ContactDraft>,
    /// As they are compared, in the same order; empty for what cannot be read.
    pub norms: Vec<String>,
    /// Kind and mark of each that was offered.
    seen: HashSet<(ContactKind, String)>,
}

impl Contacts {
    /// Adds one unless it is there; a number typed as mobile and as phone is one number.
    ///
    /// # Errors
    /// The draft, when there are [`MOST_CONTACTS`] already.
    pub fn push(&mut self, (draft, norm): (ContactDraft, String)) -> Result<(), ContactDraft> {
        let kind = if draft.kind.is_phone() { ContactKind::Phone } else { draft.kind };
        if !self.seen.insert((kind, mark(&draft, &norm))) {
            return Ok(());
        }
        if self.drafts.len() >= MOST_CONTACTS {
            return Err(draft);
        }
        self.drafts.push(draft);
        self.norms.push(norm);
        Ok(())
    }
}

/// What tells one way to reach somebody from another: as compared, or as typed and folded.
pub(crate) fn mark(draft: &ContactDraft, norm: &str) -> String {
    if norm.is_empty() { text::fold(&draft.raw) } else { norm.to_owned() }
}

/// What a cell holds. A value that could not be read is a draft all the same, unless no database
/// could hold it.
#[derive(Default)]
pub(crate) struct Taken {
    /// Drafts with the form they are compared in, which is empty for what could not be read.
    pub drafts: Vec<(ContactDraft, String)>,
    /// What could not be read, and why.
    pub complaints: Vec<(String, FieldError)>,
}

/// Reads a cell that holds one way to reach somebody, or several.
pub(crate) fn taken(kind: ContactKind, cell: &str, region: &str) -> Taken {
    let Taken { mut drafts, mut complaints } = Taken::default();
    for part in cell.split(['\n', '\r']) {
        // In "anything else" every word may be meant.
        let nothing = kind != ContactKind::Other && sniff::is_placeholder(part);
        if nothing || part.trim().is_empty() {
            continue;
        }
        match read(kind, part, region) {
            Ok(draft) => drafts.extend(draft),
            Err(error) => {
                if let Some(several) = read_several(kind, part, region) {
                    drafts.extend(several);
                    continue;
                }
                if let Ok(Some(raw)) = text::line(part, CONTACT_CHARS) {
                    drafts.push((ContactDraft { kind, raw }, String::new()));
                }
                complaints.push((part.trim().to_owned(), error));
            }
        }
    }
    Taken { drafts, complaints }
}

fn read(
    kind: ContactKind,
    raw: &str,
    region: &str,
) -> Result<Option<(ContactDraft, String)>, FieldError> {
    let Some(draft) = ContactDraft::parse(kind, raw)? else { return Ok(None) };
    let norm = draft.normalised(region)?;
    Ok(Some((draft, norm)))
}

/// Two and more values in one cell, if every one of them can be read.
fn read_several(
    kind: ContactKind,
    cell: &str,
    region: &str,
) -> Option<Vec<(ContactDraft, String)>> {
    if !kind.is_phone() && kind != ContactKind::Email {
        return None;
    }
    let is_between = |c: char| {
        matches!(c, ';' | '；' | ',' | '，' | '/' | '、' | '|' | '\t')
            || (kind == ContactKind::Email && c.is_whitespace())
    };
    let parts: Vec<&str> = cell.split(is_between).filter(|part| !part.trim().is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    parts.into_iter().map(|part| read(kind, part, region).ok().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raws(kind: ContactKind, cell: &str) -> (Vec<String>, usize) {
        let Taken { drafts, complaints } = taken(kind, cell, "CN");
        (drafts.into_iter().map(|(draft, _)| draft.raw).collect(), complaints.len())
    }

    #[test]
    fn several_in_one_cell_are_told_apart() {
        let phones = raws(ContactKind::Mobile, "15284354094/152 8435 4095；15284354096");
        assert_eq!(phones.0, ["15284354094", "152 8435 4095", "15284354096"]);
        assert_eq!(raws(ContactKind::Email, "a@b.co; c@d.org").0, ["a@b.co", "c@d.org"]);
        assert_eq!(raws(ContactKind::Wechat, "a\nb").0, ["a", "b"]);
        assert_eq!(raws(ContactKind::Wechat, "a,b").0, ["a,b"]);
    }

    #[test]
    fn what_cannot_be_read_is_kept_as_typed() {
        assert_eq!(raws(ContactKind::Phone, " 转 8021 "), (vec!["转 8021".to_owned()], 1));
        assert_eq!(raws(ContactKind::Email, "a@b"), (vec!["a@b".to_owned()], 1));
        assert_eq!(raws(ContactKind::Phone, "无"), (vec![], 0));
        assert_eq!(raws(ContactKind::Phone, "a\0b"), (vec![], 1));
    }

    #[test]
    fn a_number_is_one_number_however_it_is_typed() {
        let mut contacts = Contacts::default();
        for (kind, cell) in [
            (ContactKind::Mobile, "152-8435-4094"),
            (ContactKind::Phone, "+86 15284354094"),
            (ContactKind::Email, "A@B.co"),
            (ContactKind::Email, "a@b.co"),
        ] {
            for draft in taken(kind, cell, "CN").drafts {
                contacts.push(draft).unwrap();
            }
        }
        assert_eq!(contacts.norms, ["+8615284354094", "a@b.co"]);
    }

    #[test]
    fn a_cell_full_of_contacts_fills_no_record() {
        let mut contacts = Contacts::default();
        let cell: String = (0..20_000).map(|n| format!("user{n}\n")).collect();
        let taken = taken(ContactKind::Wechat, &cell, "CN");
        let left = taken.drafts.into_iter().filter(|d| contacts.push(d.clone()).is_err()).count();
        assert_eq!((contacts.drafts.len(), left), (MOST_CONTACTS, 20_000 - MOST_CONTACTS));
    }
}
