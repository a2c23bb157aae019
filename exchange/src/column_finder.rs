//! The targets of columns, from what is certain to what is not: headers with one meaning, then
//! those that the other columns and the values settle, then the values alone.

use crate::{
    countries,
    format::Format,
    mapping::{ColumnMap, Confidence, SAMPLE_ROWS},
    sniff,
    synonyms::{self, Meaning},
    table::{Row, TableHead},
    vcard_file,
};
use domain::{
    account::AccountField,
    contact::ContactKind,
    date::DayOrder,
    id::{AccountNumber, PersonNumber},
    import::Target,
    person::PersonField,
    text,
};
use std::collections::BTreeMap;

/// Maps the columns of a file by headers and by its first rows.
pub(crate) fn find(head: &TableHead, sample: &[Row]) -> Vec<ColumnMap> {
    let mut finder = Finder::new(head, sample);
    if head.format == Format::Vcard {
        for (column, (_, target)) in vcard_file::COLUMNS.iter().enumerate() {
            finder.put(column, *target, Confidence::Sure);
        }
    } else {
        finder.find();
    }
    finder.columns
}

/// Looks for the targets of columns, from what is certain to what is not.
struct Finder<'a> {
    columns: Vec<ColumnMap>,
    meanings: Vec<Option<(Meaning, bool)>>,
    /// Whether days of the column could be read in two ways.
    unsettled_days: Vec<bool>,
    cells: Vec<Vec<&'a str>>,
}

impl<'a> Finder<'a> {
    fn new(head: &TableHead, sample: &'a [Row]) -> Self {
        let count = head.headers.len();
        let sample = &sample[..sample.len().min(SAMPLE_ROWS)];
        let cells: Vec<Vec<&str>> =
            (0..count).map(|at| sample.iter().map(|row| row.cell(at)).collect()).collect();
        let orders: Vec<(Option<DayOrder>, bool)> =
            cells.iter().map(|cells| DayOrder::of(cells.iter().copied())).collect();
        let column = |(header, order): (&String, &(Option<DayOrder>, bool))| ColumnMap {
            header: header.clone(),
            target: None,
            confidence: Confidence::None,
            values: BTreeMap::new(),
            day_order: order.0.unwrap_or_default(),
        };
        Self {
            columns: head.headers.iter().zip(&orders).map(column).collect(),
            meanings: head.headers.iter().map(|header| synonyms::lookup(header)).collect(),
            unsettled_days: orders.iter().map(|(order, open)| *open && order.is_none()).collect(),
            cells,
        }
    }

    fn find(&mut self) {
        self.settle_plain(true);
        self.settle_plain(false);
        self.settle_names();
        self.settle_contacts_and_places();
        self.settle_shared();
        self.settle_unknown();
        self.settle_missing_name();
        self.doubt_days();
    }

    /// Days that can be read in two ways are to be looked at.
    fn doubt_days(&mut self) {
        for (column, unsettled) in self.columns.iter_mut().zip(&self.unsettled_days) {
            let is_day = matches!(
                column.target,
                Some(
                    Target::Account(AccountField::Birthday | AccountField::LastContact)
                        | Target::Person(PersonField::Birthday | PersonField::LastContact)
                )
            );
            if is_day && *unsettled {
                column.confidence = Confidence::Guess;
            }
        }
    }

    /// What a column of ids numbers, where all of them are numbers of this installation.
    fn own_number(&self, column: usize) -> Option<Target> {
        let cells = self.cells.get(column).map(Vec::as_slice).unwrap_or_default();
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty()).peekable();
        filled.peek()?;
        let (mut accounts, mut people) = (true, true);
        for cell in filled {
            accounts &= cell.parse::<AccountNumber>().is_ok();
            people &= cell.parse::<PersonNumber>().is_ok();
        }
        match (accounts, people) {
            (true, _) => Some(Target::AccountNumber),
            (false, true) => Some(Target::PersonNumber),
            (false, false) => None,
        }
    }

    fn has(&self, target: Target) -> bool {
        self.columns.iter().any(|column| column.target == Some(target))
    }

    /// Maps a column unless the target is taken.
    fn put(&mut self, column: usize, target: Target, confidence: Confidence) {
        let free = !self.has(target)
            || matches!(
                target,
                Target::Contact(_) | Target::AccountContact(_) | Target::Tags | Target::Note
            );
        self.put_part(column, target, confidence, free);
    }

    fn put_part(&mut self, column: usize, target: Target, confidence: Confidence, free: bool) {
        if let Some(column) = self.columns.get_mut(column).filter(|c| free && c.target.is_none()) {
            column.target = Some(target);
            column.confidence = confidence;
        }
    }

    /// The share of filled cells that pass, in percent; an empty column passes.
    fn share(&self, column: usize, test: impl Fn(&str) -> bool) -> usize {
        self.cells.get(column).and_then(|cells| sniff::share(cells, test)).unwrap_or(100)
    }

    fn open(&self, wanted: impl Fn(Meaning) -> bool) -> Vec<(usize, bool)> {
        let open = |at: usize| self.columns.get(at).is_some_and(|c| c.target.is_none());
        self.meanings
            .iter()
            .enumerate()
            .filter_map(|(at, meaning)| {
                meaning.filter(|(m, _)| wanted(*m) && open(at)).map(|(_, whole)| (at, whole))
            })
            .collect()
    }

    /// Headers with one meaning; first those that are nothing else, then those that end alike.
    fn settle_plain(&mut self, whole_ones: bool) {
        for column in 0..self.columns.len() {
            let Some(Some((Meaning::Is(target), whole))) = self.meanings.get(column).copied()
            else {
                continue;
            };
            if whole != whole_ones {
                continue;
            }
            if let (Target::ExternalId, Some(own)) = (target, self.own_number(column)) {
                self.put(column, own, Confidence::Sure);
                continue;
            }
            let fits = self.share(column, |cell| sniff::fits(target, cell));
            let doubtful = fits < 50;
            let must_fit =
                matches!(target, Target::Account(AccountField::Kind | AccountField::CreditCode));
            if (doubtful && (must_fit || !whole)) || !self.can_be_id(column, target) {
                continue;
            }
            let confidence = match (doubtful, whole) {
                (true, _) => Confidence::Guess,
                (false, true) => Confidence::Sure,
                (false, false) => Confidence::Likely,
            };
            self.put(column, target, confidence);
        }
    }

    /// An id tells rows apart.
    fn can_be_id(&self, column: usize, target: Target) -> bool {
        target != Target::ExternalId || self.are_told_apart(column)
    }

    /// Whether nearly every cell of a column is another one.
    fn are_told_apart(&self, column: usize) -> bool {
        let cells = self.cells.get(column).map(Vec::as_slice).unwrap_or_default();
        let mut filled: Vec<&str> =
            cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
        let all = filled.len();
        filled.sort_unstable();
        filled.dedup();
        filled.len() * 100 >= all * 98
    }

    fn settle_names(&mut self) {
        let company = Target::Account(AccountField::Name);
        let person = Target::Person(PersonField::FullName);
        for (column, _) in self.open(|meaning| meaning == Meaning::Name) {
            let target = if self.has(company) {
                person
            } else if self.has(person) || self.names_firms(column) {
                company
            } else {
                person
            };
            self.put(column, target, Confidence::Likely);
        }
        // A whole name beats its parts.
        if !self.has(person) {
            let part = |m: Meaning| matches!(m, Meaning::FamilyName | Meaning::GivenName);
            for (column, _) in self.open(part) {
                self.put_part(column, person, Confidence::Sure, true);
            }
        }
    }

    /// Whether a column of names is one of firms: by its values and by what stands beside it.
    fn names_firms(&self, column: usize) -> bool {
        let beside = [
            AccountField::Kind,
            AccountField::CreditCode,
            AccountField::Employees,
            AccountField::FoundedYear,
            AccountField::AnnualRevenue,
            AccountField::Industry,
        ];
        let parts = self.open(|m| matches!(m, Meaning::FamilyName | Meaning::GivenName));
        parts.len() < 2
            && (beside.iter().any(|field| self.has(Target::Account(*field)))
                || self.share(column, sniff::is_firm) >= 10
                    && self.cells.get(column).is_some_and(|cells| !cells.is_empty())
                || self.share(column, is_persons_name) < 60)
    }

    fn settle_contacts_and_places(&mut self) {
        for (column, _) in self.open(|meaning| meaning == Meaning::AnyContact) {
            let target = if self.share(column, sniff::is_email) >= 50 {
                Target::Contact(ContactKind::Email)
            } else if self.share(column, sniff::is_mobile) >= 50 {
                Target::Contact(ContactKind::Mobile)
            } else if self.share(column, sniff::is_phone) >= 50 {
                Target::Contact(ContactKind::Phone)
            } else if self.share(column, is_persons_name) >= 50 {
                Target::Person(PersonField::FullName)
            } else {
                Target::Contact(ContactKind::Other)
            };
            self.put(column, target, Confidence::Likely);
        }
        for (column, _) in self.open(|meaning| meaning == Meaning::State) {
            let status = Target::Account(AccountField::Status);
            let is_status = self.share(column, |cell| sniff::fits(status, cell)) >= 50;
            self.put(column, if is_status { status } else { Target::Province }, Confidence::Likely);
        }
        for (column, whole) in self.open(|meaning| meaning == Meaning::Location) {
            let target = if self.share(column, countries::is_country) >= 50 {
                Target::Country
            } else if self.share(column, countries::is_province) >= 50 {
                Target::Province
            } else if self.share(column, |cell| cell.chars().count() >= 12) >= 50 {
                Target::Street
            } else {
                Target::City
            };
            self.put(column, target, if whole { Confidence::Likely } else { Confidence::Guess });
        }
        // "Address 2", a postal code and the like go behind the street.
        let street = |m: Meaning| matches!(m, Meaning::StreetPart | Meaning::Is(Target::Street));
        for (column, whole) in self.open(street) {
            let numbered = self
                .columns
                .get(column)
                .is_some_and(|column| column.header.chars().any(|c| c.is_ascii_digit()));
            let part = self.meanings.get(column).copied().flatten();
            let is_part = part.is_some_and(|(meaning, _)| meaning == Meaning::StreetPart);
            self.put_part(
                column,
                Target::Street,
                Confidence::Likely,
                whole && (is_part || numbered),
            );
        }
    }

    /// What a person and a customer both have goes to the person where rows name one.
    fn settle_shared(&mut self) {
        let person = self.has(Target::Person(PersonField::FullName));
        for column in 0..self.columns.len() {
            let Some(Some((meaning, whole))) = self.meanings.get(column).copied() else { continue };
            let (of_person, of_account) = match meaning {
                Meaning::Birthday => (PersonField::Birthday, AccountField::Birthday),
                Meaning::JobTitle => (PersonField::Title, AccountField::JobTitle),
                Meaning::LastContact => (PersonField::LastContact, AccountField::LastContact),
                Meaning::Source => (PersonField::Source, AccountField::Source),
                Meaning::Remark => (PersonField::Remark, AccountField::Remark),
                _ => continue,
            };
            let target =
                if person { Target::Person(of_person) } else { Target::Account(of_account) };
            let doubtful = self.share(column, |cell| sniff::fits(target, cell)) < 50;
            let confidence = match (doubtful, whole) {
                (true, _) => Confidence::Guess,
                (false, true) => Confidence::Sure,
                (false, false) => Confidence::Likely,
            };
            // A second remark is a note; a second anything else stays out.
            if meaning == Meaning::Remark && self.has(target) {
                self.put(column, Target::Note, Confidence::Likely);
            } else {
                self.put(column, target, confidence);
            }
        }
    }

    /// Headers that say nothing, by their values.
    fn settle_unknown(&mut self) {
        for column in 0..self.columns.len() {
            if self.meanings.get(column).is_some_and(Option::is_none) {
                let found = self.cells.get(column).and_then(|cells| sniff::target_of(cells));
                if let Some(target) = found {
                    self.put(column, target, Confidence::Guess);
                }
            }
        }
    }

    /// A list of colleagues names them and nobody else: they come as persons, and what stands beside them as a note.
    fn settle_colleagues(&mut self) -> bool {
        let at = self.columns.iter().position(|c| c.target == Some(Target::OwnerName));
        let Some(at) = at.filter(|at| self.are_told_apart(*at)) else { return false };
        for (place, column) in self.columns.iter_mut().enumerate() {
            if place == at {
                column.target = Some(Target::Person(PersonField::FullName));
                column.confidence = Confidence::Guess;
            } else if column.target.is_none() {
                column.target = Some(Target::Note);
                column.confidence = Confidence::Guess;
            }
        }
        true
    }

    /// A file must name somebody: the first column of words, if nothing better is there.
    fn settle_missing_name(&mut self) {
        let company = Target::Account(AccountField::Name);
        let person = Target::Person(PersonField::FullName);
        if self.has(company) || self.has(person) || self.settle_colleagues() {
            return;
        }
        let wordy = (0..self.columns.len()).find(|column| {
            let unknown = self.meanings.get(*column).is_some_and(Option::is_none);
            let open = self.columns.get(*column).is_some_and(|c| c.target.is_none());
            let cells = self.cells.get(*column).map(Vec::as_slice).unwrap_or_default();
            let words = |cell: &str| cell.chars().any(char::is_alphabetic);
            unknown && open && sniff::share(cells, words).is_some_and(|share| share >= 80)
        });
        if let Some(column) = wordy {
            let target = if self.names_firms(column) { company } else { person };
            self.put(column, target, Confidence::Guess);
        }
    }
}

/// Two to four Han characters, or two or three capitalised words, and no firm.
pub(crate) fn is_persons_name(cell: &str) -> bool {
    let name = cell.trim();
    if sniff::is_firm(name) || name.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let han: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    if han.iter().copied().all(text::is_han) {
        return (2..=4).contains(&han.len());
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
}
