//! Which row of a file holds the headers, and what each column is called.

use crate::{case_finder, deal_finder, order_finder, sniff, synonyms, table::is_blank};
use domain::text;

/// Rows that are read before the headers are decided.
pub const LOOK_AHEAD: usize = 20;
/// Most characters of a header that are kept.
const HEADER_CHARS: usize = 200;

/// The row that holds the headers, first row = 1; 0 when none does.
///
/// A title over the table, as spreadsheets have it, is passed over.
#[must_use]
pub fn find(rows: &[Vec<String>]) -> u64 {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !is_blank(cell)).count();
    let is_known = |cell: &&String| {
        synonyms::is_known(cell)
            || deal_finder::is_known(cell)
            || order_finder::is_known(cell)
            || case_finder::is_known(cell)
    };
    let known = |row: &Vec<String>| row.iter().filter(is_known).count();
    let data = |row: &Vec<String>| row.iter().filter(|cell| sniff::looks_like_data(cell)).count();
    let width = rows.iter().map(filled).max().unwrap_or_default();
    let mut best: Option<(usize, usize)> = None;
    for (index, row) in rows.iter().take(10).enumerate() {
        let hits = known(row);
        let enough = if width <= 2 { 1 } else { 2 };
        if hits >= enough && hits > data(row) && best.is_none_or(|(most, _)| hits > most) {
            best = Some((hits, index));
        }
    }
    let index = match best {
        Some((_, index)) => Some(index),
        // Headers in words we do not know: the first row as wide as the table, if it is all words.
        None => rows
            .iter()
            .position(|row| filled(row) * 10 >= width * 6 && width > 0)
            .filter(|index| data(&rows[*index]) == 0),
    };
    index.and_then(|index| u64::try_from(index + 1).ok()).unwrap_or(0)
}

/// A name for every column: as the header row has it, made up where it is empty, each once.
///
/// `header_row` as [`find`] gives it; `rows` are the first rows of the file, headers among them.
#[must_use]
pub fn names(rows: &[Vec<String>], header_row: u64) -> Vec<String> {
    let index = usize::try_from(header_row).ok().and_then(|row| row.checked_sub(1));
    let empty = Vec::new();
    let header = index.and_then(|index| rows.get(index)).unwrap_or(&empty);
    let data = rows.iter().skip(index.map_or(0, |index| index + 1));
    let width = data
        .chain([header])
        .map(|row| row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1))
        .max()
        .unwrap_or_default();
    let mut names: Vec<String> = Vec::with_capacity(width);
    for column in 0..width {
        let typed = header.get(column).map(String::as_str).unwrap_or_default();
        let clean: String = typed
            .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0')
            .chars()
            .filter(|c| *c != '\0')
            .take(HEADER_CHARS)
            .collect();
        let base = if clean.is_empty() { format!("Column {}", column + 1) } else { clean };
        let mut name = base.clone();
        let mut times = 1;
        while names.iter().any(|known| text::fold(known) == text::fold(&name)) {
            times += 1;
            name = format!("{base} ({times})");
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn headers_are_found_under_a_title() {
        for (text, want) in [
            ("姓名|电话\n张三|15284354094", 1),
            ("客户信息表||\n||\n姓名|公司|电话\n张三|快讯|15284354094", 3),
            ("Contacts 2024||\nName|E-mail|Phone\nAnn|a@b.co|1", 2),
            ("张三|15284354094|a@b.co\n李四|15284354095|c@d.co", 0),
            ("Farbe|Größe|Form\nrot|groß|rund", 1),
            ("account,sector", 1),
            ("name", 1),
            ("", 0),
        ] {
            assert_eq!(find(&rows(text)), want, "{text}");
        }
    }

    #[test]
    fn every_column_has_a_name_of_its_own() {
        let rows = rows("Phone| |phone|\n1|2|3|4\n1|2|3|||");
        assert_eq!(names(&rows, 1), ["Phone", "Column 2", "phone (2)", "Column 4"]);
        assert_eq!(names(&rows, 0).len(), 4);
    }
}
