//! The second step: how the file is read, and where each column goes. A plain form; nothing in it
//! needs a script.

use super::{
    api::{ColumnView, FileView, MapProblem, WordView},
    wizard::Forms,
};
use crate::{
    deals::currencies,
    i18n::{Text, format, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Card, Choice, Fact, FactList, FormRow, Icon, LinkButton,
        SelectField, TextField, Tone, Variant,
    },
};
use domain::import::{ImportJob, Target};
use leptos::{form::ActionForm, prelude::*};

/// Rows that can be the header.
const HEADER_ROWS: u64 = 10;

/// The step.
pub(super) fn step(job: &ImportJob, file: FileView, forms: Forms) -> AnyView {
    let text = use_text();
    let pending: Signal<bool> = forms.map.pending().into();
    let problem = file.problem.as_ref().map(|problem| {
        let words = match problem {
            MapProblem::NoName => text.import_map_name_missing().to_owned(),
            MapProblem::Twice(code) => text.import_map_twice(&target_name(text, code)),
        };
        view! { <Banner tone=Tone::Warn>{words}</Banner> }
    });
    let number = job.number.0;
    let download = format!("/imports/{}/mapping", job.number);
    let reading = reading(job, &file);
    let sample = sample(&file);
    let more = more(&file);
    let mapping = mapping(&file);
    let words = meanings(&file);
    view! {
        {problem}
        <ActionForm action=forms.map attr:class="wizard-body">
            <input type="hidden" name="number" value=number />
            {reading}
            {sample}
            <Card title=text.import_map_heading()>
                <p class="muted">{text.import_map_hint()}</p>
                {mapping}
                {more}
            </Card>
            {words}
            <div class="wizard-foot">
                <a class="btn btn-default" href="/import">
                    <span class="btn-label">{text.common_back()}</span>
                </a>
                <LinkButton
                    href=download
                    variant=Variant::Quiet
                    icon="download"
                    download="mapping.toml"
                >
                    {text.import_map_download()}
                </LinkButton>
                <Button
                    variant=Variant::Primary
                    kind=ButtonKind::Submit
                    loading=pending
                    name="form[then]"
                    value="check"
                >
                    {text.common_next()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn target_name(text: Text, code: &str) -> String {
    Target::parse(code).map(|target| words::target(text, target)).unwrap_or_default()
}

/// What was found out about the file, and what a person may say instead.
fn reading(job: &ImportJob, file: &FileView) -> AnyView {
    let text = use_text();
    let size = format::file_size(u64::try_from(job.file_size).unwrap_or_default());
    let facts = text.import_file_facts(&job.file_name, &size);
    let header = RwSignal::new(file.header_row.to_string());
    let rows = (1..=HEADER_ROWS.max(file.header_row))
        .map(|row| Choice::new(row.to_string(), row.to_string()));
    let headers: Vec<Choice> =
        std::iter::once(Choice::new("0", text.import_no_header())).chain(rows).collect();
    let is_card = file.format == "vcard";
    let header = (!is_card).then(|| {
        view! {
            <SelectField
                value=header
                label=text.import_header_row()
                name="form[header_row]"
                options=headers
            />
        }
    });
    let again = (!is_card).then(|| {
        view! {
            <div>
                <Button kind=ButtonKind::Submit icon="refresh-cw" name="form[then]" value="read">
                    {text.import_read_again()}
                </Button>
            </div>
        }
    });
    let format = file.format.to_uppercase();
    let choices = (encoding(file), delimiter(file), sheet(file), header);
    view! {
        <Card title=text.import_file()>
            <FactList>
                <Fact label=text.import_file()>{facts}</Fact>
                <Fact label=text.import_format()>{format}</Fact>
            </FactList>
            <FormRow>{choices}</FormRow>
            {again}
        </Card>
    }
    .into_any()
}

fn encoding(file: &FileView) -> AnyView {
    let text = use_text();
    if file.encoding.is_empty() {
        return ().into_any();
    }
    let found = file.encoding.to_ascii_lowercase();
    let label = |code: &str| {
        text.by_code(&format!("choice.encoding.{code}"))
            .map_or_else(|| code.to_uppercase(), str::to_owned)
    };
    let mut all: Vec<&str> = file.encodings.iter().map(String::as_str).collect();
    if !all.contains(&found.as_str()) {
        all.insert(0, &found);
    }
    let choices: Vec<Choice> = all.into_iter().map(|code| Choice::new(code, label(code))).collect();
    view! {
        <input type="hidden" name="form[shown_encoding]" value=found.clone() />
        <SelectField
            value=RwSignal::new(found.clone())
            label=text.import_encoding()
            name="form[encoding]"
            hint=text.import_encoding_hint()
            options=choices
        />
    }
    .into_any()
}

fn delimiter(file: &FileView) -> AnyView {
    let text = use_text();
    if file.delimiter.is_empty() {
        return ().into_any();
    }
    let known = [
        (",", text.choice_delimiter_comma()),
        (";", text.choice_delimiter_semicolon()),
        ("tab", text.choice_delimiter_tab()),
        ("|", text.choice_delimiter_pipe()),
        (" ", text.choice_delimiter_blanks()),
    ];
    let mut choices: Vec<Choice> =
        known.into_iter().map(|(code, label)| Choice::new(code, label)).collect();
    if !choices.iter().any(|choice| choice.value == file.delimiter) {
        choices.push(Choice::new(file.delimiter.clone(), file.delimiter.clone()));
    }
    view! {
        <SelectField
            value=RwSignal::new(file.delimiter.clone())
            label=text.import_delimiter()
            name="form[delimiter]"
            options=choices
        />
        <TextField
            value=RwSignal::new(String::new())
            label=text.import_other_delimiter()
            name="form[other_delimiter]"
            hint=text.import_other_delimiter_hint()
            maxlength=1
        />
    }
    .into_any()
}

fn sheet(file: &FileView) -> AnyView {
    let text = use_text();
    if file.sheets.is_empty() {
        return ().into_any();
    }
    let choices: Vec<Choice> =
        file.sheets.iter().map(|sheet| Choice::new(sheet.clone(), sheet.clone())).collect();
    view! {
        <input type="hidden" name="form[shown_sheet]" value=file.sheet.clone() />
        <SelectField
            value=RwSignal::new(file.sheet.clone())
            label=text.import_sheet()
            name="form[sheet]"
            options=choices
        />
    }
    .into_any()
}

/// The first rows as they were read: wrong characters show here.
fn sample(file: &FileView) -> AnyView {
    let text = use_text();
    let headers = file
        .columns
        .iter()
        .map(|column| view! { <th scope="col">{column.header.clone()}</th> })
        .collect_view();
    let rows = file
        .sample
        .iter()
        .map(|row| {
            let cells = row.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <Card title=text.import_sample()>
            <div class="sample" tabindex="0" role="region" aria-label=text.import_sample()>
                <table>
                    <thead>
                        <tr>{headers}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn mapping(file: &FileView) -> AnyView {
    let columns = file.columns.iter().enumerate();
    let rows = columns.map(|(at, column)| map_row(at, column, &file.rows)).collect_view();
    view! { <div class="map">{rows}</div> }.into_any()
}

/// One column. The select keeps its choice by itself: the browser owns what is chosen.
fn map_row(at: usize, column: &ColumnView, rows: &str) -> AnyView {
    let text = use_text();
    let state = match (column.target.is_empty(), column.certain) {
        (true, _) => "skip",
        (false, true) => "auto",
        (false, false) => "manual",
    };
    let label = format!("{}: {}", text.import_map_target(), column.header);
    let samples = column.samples.join(" · ");
    let unsure = (state == "manual").then(|| {
        view! { <span class="sub" data-tone="warn">{text.import_map_unsure()}</span> }
    });
    view! {
        <div class="map-row" data-state=state>
            <div class="map-source">
                <span>{column.header.clone()}</span>
                <span class="sub">{samples}</span>
                {unsure}
            </div>
            <Icon name="arrow-right" class="map-arrow" />
            <div class="select map-target">
                <select class="input" name=format!("form[targets][{at}]") aria-label=label>
                    <option value="" selected=column.target.is_empty()>
                        {text.import_map_ignore()}
                    </option>
                    {groups(text, &column.target, rows)}
                </select>
            </div>
        </div>
    }
    .into_any()
}

/// Whether a column of a file with such rows may go there.
fn goes(target: Target, rows: &str) -> bool {
    match target {
        Target::Deal(_) => rows == "deals",
        Target::Order(_) => rows == "orders",
        Target::Case(_) => rows == "cases",
        Target::Product(_) => rows == "products",
        Target::ExternalId => rows != "products",
        Target::OwnerName | Target::Note => rows != "products" && rows != "orders",
        _ => !matches!(rows, "deals" | "orders" | "cases" | "products"),
    }
}

/// The targets under their headings.
fn groups(text: Text, chosen: &str, rows: &str) -> AnyView {
    let mut groups: Vec<(&'static str, Vec<Target>)> = Vec::new();
    for target in Target::all().into_iter().filter(|target| goes(*target, rows)) {
        let heading = words::target_group(text, target);
        match groups.last_mut() {
            Some((last, targets)) if *last == heading => targets.push(target),
            _ => groups.push((heading, vec![target])),
        }
    }
    groups
        .into_iter()
        .map(|(heading, targets)| {
            let options = targets
                .into_iter()
                .map(|target| {
                    let code = target.code();
                    let selected = code == chosen;
                    view! {
                        <option value=code selected=selected>
                            {words::target(text, target)}
                        </option>
                    }
                })
                .collect_view();
            view! { <optgroup label=heading>{options}</optgroup> }
        })
        .collect_view()
        .into_any()
}

/// What else decides what a row is.
fn more(file: &FileView) -> AnyView {
    let text = use_text();
    let rows = RwSignal::new(file.rows.clone());
    let choices = vec![
        Choice::new("customers", text.import_rows_customers()),
        Choice::new("people", text.import_rows_people()),
        Choice::new("deals", text.import_rows_deals()),
        Choice::new("orders", text.import_rows_orders()),
        Choice::new("cases", text.case_title()),
        Choice::new("products", text.import_rows_products()),
    ];
    let shown = file.rows.clone();
    let system = RwSignal::new(file.source_system.clone());
    let currency = matches!(file.rows.as_str(), "deals" | "orders" | "products").then(|| {
        view! {
            <SelectField
                value=RwSignal::new(file.currency.clone())
                label=text.import_currency()
                name="form[currency]"
                options=currencies()
            />
        }
    });
    view! {
        <input type="hidden" name="form[shown_rows]" value=shown />
        <FormRow>
            <SelectField value=rows label=text.import_kind() name="form[rows]" options=choices />
            <TextField
                value=system
                label=text.import_source_system()
                name="form[source_system]"
                hint=text.import_source_system_hint()
                maxlength=100
            />
            {currency}
        </FormRow>
    }
    .into_any()
}

/// Words for stages and products, each with what it is taken for.
fn meanings(file: &FileView) -> AnyView {
    let text = use_text();
    let stages = file.stages.iter().enumerate();
    let stages = stages.map(|(at, word)| word_row("stage", at, word, &file.stage_names, None));
    let as_is = Some(text.import_words_as_is());
    let products = file.products.iter().enumerate();
    let products =
        products.map(|(at, word)| word_row("product", at, word, &file.product_names, as_is));
    let rows: Vec<AnyView> = stages.chain(products).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <Card title=text.import_words_heading()>
            <p class="muted">{text.import_words_hint()}</p>
            <div class="map">{rows}</div>
        </Card>
    }
    .into_any()
}

fn word_row(
    kind: &'static str,
    at: usize,
    word: &WordView,
    names: &[String],
    as_is: Option<&'static str>,
) -> AnyView {
    let options = names
        .iter()
        .map(|name| {
            let selected = *name == word.meaning;
            view! {
                <option value=name.clone() selected=selected>
                    {name.clone()}
                </option>
            }
        })
        .collect_view();
    let as_is = as_is.map(|words| {
        view! {
            <option value="" selected=word.meaning.is_empty()>
                {words}
            </option>
        }
    });
    view! {
        <div class="map-row" data-state="auto">
            <div class="map-source">
                <span>{word.word.clone()}</span>
                <input
                    type="hidden"
                    name=format!("form[{kind}_words][{at}]")
                    value=word.word.clone()
                />
            </div>
            <Icon name="arrow-right" class="map-arrow" />
            <div class="select map-target">
                <select
                    class="input"
                    name=format!("form[{kind}s][{at}]")
                    aria-label=word.word.clone()
                >
                    {as_is}
                    {options}
                </select>
            </div>
        </div>
    }
    .into_any()
}
