//! A mapping as a person keeps it: a TOML file, written by the wizard or by hand.

use crate::{
    mapping::{ColumnMap, Confidence, Mapping, RowKind, is_repeatable},
    table::{ReadOptions, TableHead},
};
use domain::{
    import::{OnDuplicate, Target},
    money::Currency,
    text,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column is mapped to that is to be left out.
pub const LEFT_OUT: &str = "skip";

/// The content of a map file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MapFile {
    /// What happens to rows that are already there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_duplicate: Option<OnDuplicate>,
    /// What a row without a company stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowKind>,
    /// The currency of amounts without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The system the ids of the rows belong to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_system: Option<String>,
    /// Header of the column with those ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Encoding of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Character between cells, or `tab`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row with the headers, first = 1; 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// Code of the target by header; [`LEFT_OUT`] leaves a column out. Headers that are not named
    /// are mapped automatically.
    pub columns: BTreeMap<String, String>,
    /// What is read instead of a value: by header, code of the target or name of the field, then
    /// by value.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is wrong with a map file.
#[derive(Debug, thiserror::Error)]
pub enum MapFileError {
    /// No TOML, or an entry that does not belong there; the text names the line.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A target that does not exist.
    #[error("column {header:?} is mapped to {code:?}, which does not exist")]
    UnknownTarget {
        /// The header.
        header: String,
        /// What it is mapped to.
        code: String,
    },
    /// More than one character between cells.
    #[error("delimiter {0:?} is not one character")]
    Delimiter(String),
}

impl MapFile {
    /// Reads the text of a map file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, MapFileError> {
        let file: Self = toml::from_str(text)?;
        for (header, code) in &file.columns {
            target(header, code)?;
        }
        file.delimiter()?;
        Ok(file)
    }

    /// The text of the file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Maps of texts cannot fail to be written.
        toml::to_string(self).unwrap_or_default()
    }

    /// A mapping and the reading it was made for, to be kept.
    #[must_use]
    pub fn of(mapping: &Mapping, options: &ReadOptions) -> Self {
        let code =
            |column: &ColumnMap| column.target.map_or_else(|| LEFT_OUT.to_owned(), Target::code);
        Self {
            on_duplicate: Some(mapping.on_duplicate),
            rows: Some(mapping.rows),
            currency: mapping.currency,
            source_system: Some(mapping.source_system.clone()),
            external_id: None,
            encoding: options.encoding.clone(),
            delimiter: options.delimiter.map(String::from),
            sheet: options.sheet.clone(),
            header_row: options.header_row,
            columns: mapping.columns.iter().map(|c| (c.header.clone(), code(c))).collect(),
            values: mapping
                .columns
                .iter()
                .filter(|column| !column.values.is_empty())
                .map(|column| (column.header.clone(), column.values.clone()))
                .collect(),
        }
    }

    /// How the file says its data file is to be read; what `given` says counts more.
    ///
    /// # Errors
    /// [`MapFileError::Delimiter`].
    pub fn read_options(&self, given: &ReadOptions) -> Result<ReadOptions, MapFileError> {
        Ok(ReadOptions {
            encoding: given.encoding.clone().or_else(|| self.encoding.clone()),
            delimiter: given.delimiter.or(self.delimiter()?),
            sheet: given.sheet.clone().or_else(|| self.sheet.clone()),
            header_row: given.header_row.or(self.header_row),
            limit: given.limit,
        })
    }

    fn delimiter(&self) -> Result<Option<char>, MapFileError> {
        let Some(text) = &self.delimiter else { return Ok(None) };
        let mut chars = text.chars();
        match (text.as_str(), chars.next(), chars.next()) {
            ("tab" | "\\t", _, _) => Ok(Some('\t')),
            (_, Some(one), None) if one.is_ascii() => Ok(Some(one)),
            _ => Err(MapFileError::Delimiter(text.clone())),
        }
    }

    /// Changes a mapping as the file says. The result are headers the file names and the data does
    /// not have.
    ///
    /// # Errors
    /// [`MapFileError::UnknownTarget`].
    pub fn apply(
        &self,
        mapping: &mut Mapping,
        head: &TableHead,
    ) -> Result<Vec<String>, MapFileError> {
        let mut wanted: Vec<(&str, Option<Target>)> = Vec::new();
        for (header, code) in &self.columns {
            wanted.push((header, target(header, code)?));
        }
        wanted.extend(self.external_id.iter().map(|h| (h.as_str(), Some(Target::ExternalId))));
        let place = |header: &str| {
            let folded = text::fold(header);
            head.headers.iter().position(|known| text::fold(known) == folded)
        };
        let mut missing = Vec::new();
        let mut named = Vec::new();
        for (header, target) in wanted {
            match place(header) {
                Some(column) => named.push((column, target)),
                None => missing.push(header.to_owned()),
            }
        }
        // What was found automatically gives way.
        for column in &mut mapping.columns {
            let taken = named.iter().any(|(_, target)| *target == column.target);
            if column.target.is_some_and(|target| taken && !is_repeatable(target)) {
                column.target = None;
                column.confidence = Confidence::None;
            }
        }
        for (column, target) in named {
            mapping.set_target(column, target);
        }
        for (key, values) in &self.values {
            let folded = text::fold(key);
            for column in &mut mapping.columns {
                let code = column.target.map(Target::code).unwrap_or_default();
                let field = code.rsplit('.').next().unwrap_or_default();
                if text::fold(&column.header) == folded || code == *key || field == key {
                    column
                        .values
                        .extend(values.iter().map(|(from, to)| (text::fold(from), to.clone())));
                }
            }
        }
        mapping.currency = self.currency.or(mapping.currency);
        mapping.on_duplicate = self.on_duplicate.unwrap_or(mapping.on_duplicate);
        if let Some(system) =
            text::line(self.source_system.as_deref().unwrap_or_default(), 100).unwrap_or_default()
        {
            mapping.source_system = system;
        }
        mapping.rows = match self.rows {
            Some(rows) => rows,
            None => mapping.rows_by_id(),
        };
        Ok(missing)
    }
}

fn target(header: &str, code: &str) -> Result<Option<Target>, MapFileError> {
    let code = code.trim();
    if code.is_empty() || code == LEFT_OUT {
        return Ok(None);
    }
    Target::parse(code).map(Some).map_err(|_| MapFileError::UnknownTarget {
        header: header.to_owned(),
        code: code.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{format::Format, table::Row};
    use domain::{account::AccountField, person::PersonField};

    fn head(headers: &[&str]) -> TableHead {
        TableHead {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            sheets: Vec::new(),
            sheet: None,
            header_row: 1,
            headers: headers.iter().map(|header| (*header).to_owned()).collect(),
        }
    }

    const FILE: &str = r#"
        on_duplicate = "fill_empty"
        source_system = "old crm"
        delimiter = "tab"
        header_row = 2
        external_id = "档案"

        [columns]
        "客户姓名" = "account.name"
        "备注" = "skip"
        "没有的" = "tags"

        [values.status]
        "老客户" = "loyal"
    "#;

    #[test]
    fn a_file_overrides_what_was_found() {
        let head = head(&["客户姓名", "公司", "备注", "状态", "档案"]);
        let mut mapping = Mapping::automatic(&head, &[Row::default()]);
        assert_eq!(mapping.columns[0].target, Some(Target::Person(PersonField::FullName)));
        let file = MapFile::parse(FILE).unwrap();
        assert_eq!(file.apply(&mut mapping, &head).unwrap(), ["没有的"]);
        let targets: Vec<Option<Target>> = mapping.columns.iter().map(|c| c.target).collect();
        assert_eq!(
            targets,
            [
                Some(Target::Account(AccountField::Name)),
                None,
                None,
                Some(Target::Account(AccountField::Status)),
                Some(Target::ExternalId),
            ]
        );
        assert_eq!(mapping.columns[3].values.get("老客户").map(String::as_str), Some("loyal"));
        assert_eq!(mapping.source_system, "old crm");
        assert_eq!(mapping.on_duplicate, OnDuplicate::FillEmpty);
        let options = file.read_options(&ReadOptions::default()).unwrap();
        assert_eq!((options.delimiter, options.header_row), (Some('\t'), Some(2)));
        mapping.check().unwrap();
    }

    #[test]
    fn what_is_kept_gives_the_same_mapping_again() {
        let head = head(&["客户姓名", "公司", "备注", "状态", "档案", "颜色"]);
        let mut mapping = Mapping::automatic(&head, &[]);
        MapFile::parse(FILE).unwrap().apply(&mut mapping, &head).unwrap();
        let kept = MapFile::of(&mapping, &ReadOptions::default()).to_toml();
        let mut again = Mapping::automatic(&head, &[]);
        MapFile::parse(&kept).unwrap().apply(&mut again, &head).unwrap();
        let what = |mapping: &Mapping| {
            let columns = mapping.columns.iter().map(|c| (c.target, c.values.clone()));
            (columns.collect::<Vec<_>>(), mapping.rows, mapping.source_system.clone())
        };
        assert_eq!(what(&again), what(&mapping));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("columns = 1", "columns"),
            ("[columns]\nx = \"account.nam\"", "account.nam"),
            ("delimiter = \"ab\"", "ab"),
            ("colour = \"red\"", "colour"),
            ("on_duplicate = \"maybe\"", "maybe"),
        ] {
            let error = MapFile::parse(text).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
