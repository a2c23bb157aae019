//! Components rendered to HTML as the server does it: nothing typed becomes markup, every control is
//! tied to its label, hint and error, and both renderings of a component are the same.

use leptos::prelude::*;

use super::{gallery::english_words, *};

/// What the server sends for a view.
fn html(view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_words(english_words());
        provide_toasts();
        view().to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

fn text(value: &str) -> RwSignal<String> {
    RwSignal::new(value.to_owned())
}

/// What people type to break out of text, attributes and elements.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></style><svg onload=alert(1)>",
];

/// The opening tags of a page and the names of their attributes, read as a browser reads them.
fn tags(page: &str) -> Vec<(String, Vec<String>)> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end =
            rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
        let (name, mut inside) = rest.split_at(end);
        let mut attributes = Vec::new();
        loop {
            inside = inside.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if inside.is_empty() || inside.starts_with('>') {
                break;
            }
            let end = inside
                .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>'))
                .unwrap_or(inside.len());
            attributes.push(inside[..end].to_ascii_lowercase());
            inside = &inside[end..];
            if let Some(value) = inside.strip_prefix("=\"") {
                inside = value.split_once('"').map_or("", |(_, after)| after);
            }
        }
        tags.push((name.to_ascii_lowercase(), attributes));
        rest = inside;
    }
    tags
}

#[test]
fn the_reader_of_tags_sees_what_gets_through() {
    let seen = tags("<p title=\"<b>\">a</p><IMG src=\"x\" onerror=\"y\"/>");
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        seen,
        [("p".to_owned(), names(&["title"])), ("img".to_owned(), names(&["src", "onerror"]))]
    );
}

#[test]
fn nothing_typed_becomes_markup() {
    for hostile in HOSTILE {
        let page = html(|| {
            view! {
                <TextField value=text(hostile) label=hostile name="a" hint=hostile />
                <TextArea value=text(hostile) label=hostile name="b" placeholder=hostile />
                <SelectField value=text(hostile) options=vec![Choice::new(hostile, hostile)] label=hostile name="c" />
                <InlineField
                    label=hostile
                    name="d"
                    value=hostile.to_owned()
                    state=RwSignal::new(InlineState::Rest)
                    on_save=|_| ()
                />
                <TagField tags=RwSignal::new(vec![hostile.to_owned()]) label=hostile name="e" />
                <Avatar name=hostile />
                <TagChip label=hostile />
                <ListRow href="/customers/1" title=hostile subtitle=hostile meta=hostile />
                <EmptyState icon="users" title=hostile text=hostile />
                <Page title=hostile.to_owned()>"text"</Page>
            }
            .into_any()
        });
        let tags = tags(&page);
        for tag in ["script", "img", "style", "title"] {
            assert!(!tags.iter().any(|(name, _)| name == tag), "{hostile}: <{tag}> in {page}");
        }
        assert!(
            !tags
                .iter()
                .any(|(_, attributes)| attributes.iter().any(|name| name.starts_with("on"))),
            "{hostile}: a handler in {page}"
        );
        assert_eq!(page.matches("</textarea").count(), 1, "{hostile} ends the text box: {page}");
    }
}

#[test]
fn a_field_is_tied_to_its_label_and_error() {
    let page = html(|| {
        let wrong = Signal::stored(Some("Enter a phone number".to_owned()));
        view! { <TextField value=text("12") label="Phone" name="phone" error=wrong need=Need::Required /> }
            .into_any()
    });
    assert!(page.contains("for=\"f-phone\""), "{page}");
    assert!(page.contains("id=\"f-phone\""), "{page}");
    assert!(page.contains("aria-invalid=\"true\""), "{page}");
    assert!(page.contains("aria-describedby=\"f-phone-hint\""), "{page}");
    assert!(page.contains("id=\"f-phone-hint\""), "{page}");
    assert!(page.contains("Enter a phone number"), "{page}");
    assert!(page.contains(" required"), "{page}");
}

#[test]
fn the_error_takes_the_place_of_the_hint() {
    let field = |error: Option<String>| {
        html(move || {
            let error = Signal::stored(error);
            view! { <TextField value=text("") label="E-mail" name="m" hint="For invoices" error=error /> }
                .into_any()
        })
    };
    let calm = field(None);
    assert!(calm.contains("For invoices") && !calm.contains("aria-invalid"), "{calm}");
    let wrong = field(Some("Add the part after @".to_owned()));
    assert!(!wrong.contains("For invoices") && wrong.contains("after @"), "{wrong}");
}

#[test]
fn a_text_box_keeps_its_text() {
    let page = html(|| {
        view! { <TextArea value=text("\nfirst & <b>") label="Note" name="note" /> }.into_any()
    });
    assert!(page.contains(">\n\nfirst &amp; &lt;b&gt;</textarea>"), "{page}");
}

#[test]
fn links_run_no_scripts() {
    for href in [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
    ] {
        assert_eq!(safe_href(href), "#", "{href}");
    }
    for href in [
        "/customers?sort=name",
        "#people",
        "?a=b:c",
        "https://example.com/a:b",
        "mailto:a@b.example",
        "tel:+861380013",
        "notes/a:b",
    ] {
        assert_eq!(safe_href(href), href);
    }
    let page =
        html(|| view! { <LinkButton href="javascript:alert(1)">"x"</LinkButton> }.into_any());
    assert!(page.contains("href=\"#\"") && !page.contains("javascript"), "{page}");
}

#[test]
fn buttons_say_what_they_are_doing() {
    let page = html(|| {
        view! {
            <Button loading=true>"Save"</Button>
            <IconButton icon="x" label="Close" />
            <Button disabled=true disabled_reason="Ask the owner">"Export"</Button>
            <Button opens="new-customer">"New"</Button>
            <Button on_click=|_| ()>"Live"</Button>
        }
        .into_any()
    });
    assert!(page.contains("aria-busy=\"true\""), "{page}");
    assert!(page.contains("aria-label=\"Close\""), "{page}");
    assert!(page.contains("aria-disabled=\"true\" data-tip=\"Ask the owner\""), "{page}");
    assert!(page.contains("commandfor=\"new-customer\" command=\"show-modal\""), "{page}");
    assert_eq!(page.matches("data-needs-live").count(), 1, "{page}");
}

#[test]
fn a_table_says_how_it_is_sorted() {
    let columns = || {
        vec![
            Column::new("name", "Name").sort("?sort=-name", Some(SortDir::Asc)),
            Column::new("value", "Value").kind(ColumnKind::Number).sort("?sort=value", None),
        ]
    };
    let page = html(|| {
        let selection = RowSelection::new(vec!["1".to_owned()].into());
        view! {
            <DataTable caption="Customers" columns=columns() selection=selection>
                <TableRow
                    selection=selection
                    id="1"
                    label="Acme"
                    cells=maud::html! { th scope="row" { "Acme" } td class="num" { "12" } }
                />
            </DataTable>
        }
        .into_any()
    });
    assert_eq!(page.matches("aria-sort=\"ascending\"").count(), 1, "{page}");
    assert_eq!(page.matches("aria-sort").count(), 1, "{page}");
    assert!(page.contains("<tbody>") && page.contains("<caption"), "{page}");
    assert!(page.contains("aria-label=\"Select all\""), "{page}");
    assert!(page.contains("aria-label=\"Acme\""), "{page}");
}

#[test]
fn what_is_written_at_once_is_what_the_component_shows() {
    let plain = |page: String| page.replace("<!>", "");
    for name in HOSTILE.into_iter().chain(["华东电子", "Acme & Co"]) {
        let component = html(|| {
            let kind = AvatarKind::Company;
            view! { <Avatar name=name seed="C-1" kind=kind size=Size::Sm /> }.into_any()
        });
        let written = avatar_markup(name, "C-1", AvatarKind::Company, Size::Sm).into_string();
        assert_eq!(sorted_tags(&plain(component)), sorted_tags(&written));
        let component =
            html(|| view! { <StatusChip tone=Tone::Warn icon="heart" label=name /> }.into_any());
        let written = status_chip_markup("/icons.svg", Tone::Warn, "heart", name).into_string();
        assert_eq!(sorted_tags(&plain(component)), sorted_tags(&written));
        assert!(!written.contains("<script") && !written.contains("<img"), "{written}");
    }
}

/// The tags with their attributes in the order of the alphabet, which is all in which they may differ.
fn sorted_tags(page: &str) -> Vec<(String, Vec<String>)> {
    let mut tags = tags(page);
    for (_, attributes) in &mut tags {
        attributes.sort();
    }
    tags
}

#[test]
fn selecting_a_range_ticks_what_lies_between() {
    let owner = Owner::new();
    owner.with(|| {
        let ids: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let selection = RowSelection::new(Signal::stored(ids));
        selection.toggle("b");
        selection.range_to("d");
        assert_eq!(selection.chosen().into_iter().collect::<Vec<_>>(), ["b", "c", "d"]);
        selection.toggle_all();
        assert!(selection.all());
        selection.toggle_all();
        assert_eq!(selection.count(), 0);
    });
}

#[test]
fn at_most_three_messages_show_and_errors_stay() {
    let owner = Owner::new();
    owner.with(|| {
        let toasts = provide_toasts();
        let failed = toasts.error("No connection");
        for name in ["one", "two", "three"] {
            toasts.done(name);
        }
        let shown: Vec<String> =
            toasts.list().into_iter().map(|toast| toast.message.to_string()).collect();
        assert_eq!(shown, ["No connection", "two", "three"]);
        toasts.dismiss(failed);
        assert_eq!(toasts.list().len(), 2);
    });
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let page = || html(|| view! { <GalleryPage /> }.into_any());
    let first = page();
    assert!(first.len() > 20_000, "the gallery shows everything: {} bytes", first.len());
    assert_eq!(first, page());
}

#[test]
fn ids_of_the_gallery_are_unique() {
    let page = html(|| view! { <GalleryPage /> }.into_any());
    let mut seen = std::collections::BTreeSet::new();
    for part in page.split(" id=\"").skip(1) {
        let id = part.split('"').next().unwrap_or_default();
        assert!(seen.insert(id.to_owned()), "{id} is there twice");
    }
    assert!(seen.len() > 50);
}

#[test]
fn nothing_is_styled_in_attributes() {
    let page = html(|| view! { <GalleryPage /> }.into_any());
    let styled: Vec<_> = tags(&page)
        .into_iter()
        .filter(|(_, names)| names.iter().any(|name| name == "style"))
        .collect();
    assert!(styled.is_empty(), "the content security policy forbids style attributes: {styled:?}");
}
