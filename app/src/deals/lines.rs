//! The products on a deal: what, how many, at which price, and what they come to together. They are changed as a whole.

use super::{api::set_opportunity_lines, look};
use crate::{
    customers::record::Record,
    error::AppError,
    i18n::format,
    products::{LineEditor, LineText},
    ui::{Button, Section, Size, Variant},
};
use domain::{
    failure::Failure,
    field::FormErrors,
    money::{self, Currency},
    product::{LineForm, ProductLine},
};
use leptos::{prelude::*, task::spawn_local};

/// The section.
pub(super) fn lines(record: Record) -> AnyView {
    let text = record.text;
    let editing = RwSignal::new(false);
    let actions = move || {
        record.may_edit.then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="pencil"
                    on_click=move |_| editing.set(true)
                >
                    {text.common_edit()}
                </Button>
            }
        })
    };
    let content = move || {
        if editing.get() { Editor::new(record, editing).view() } else { shown(record) }
    };
    view! {
        <Section title=text.field_opportunity_products() id="products" actions=actions>
            {content}
        </Section>
    }
    .into_any()
}

/// The lines and their sum.
fn shown(record: Record) -> AnyView {
    let text = record.text;
    let Some(deal) = record.deal() else { return ().into_any() };
    let (lines, currency) = deal.with(|deal| (deal.lines.clone(), deal.data.currency));
    if lines.is_empty() {
        return view! { <p class="muted">{text.deal_no_products()}</p> }.into_any();
    }
    let money = |minor| record.boot.with_value(|boot| look::value(boot, minor, currency));
    let total: i64 = lines.iter().map(ProductLine::amount_minor).sum();
    let rows = lines
        .iter()
        .map(|line| {
            let price = format!("{} × {}", format::integer(line.quantity), money(line.price_minor));
            view! {
                <li class="mini-row">
                    <span class="stack-tight grow">
                        <span>{line.name.clone()}</span>
                        <span class="sub num">{price}</span>
                    </span>
                    <span class="num">{money(line.amount_minor())}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="mini">
            {rows}
            <li class="mini-row deal-total">
                <span class="grow">{text.deal_products_total()}</span>
                <span class="num">{money(total)}</span>
            </li>
        </ul>
    }
    .into_any()
}

/// All lines as they are typed. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Editor {
    record: Record,
    editing: RwSignal<bool>,
    lines: LineEditor,
    trouble: RwSignal<Option<AppError>>,
    busy: RwSignal<bool>,
}

impl Editor {
    fn new(record: Record, editing: RwSignal<bool>) -> Self {
        let (lines, currency) = record
            .deal()
            .map(|deal| deal.with_untracked(|deal| (deal.lines.clone(), deal.data.currency)))
            .unwrap_or_default();
        let trouble = RwSignal::new(None);
        let problems = Signal::derive(move || problems(trouble.read().as_ref()));
        let first = lines.iter().map(|line| as_text(line, currency)).collect();
        let lines = LineEditor::new(record.text, Signal::stored(currency), problems, first);
        Self { record, editing, lines, trouble, busy: RwSignal::new(false) }
    }

    fn view(self) -> AnyView {
        let stop = move || self.editing.set(false);
        self.lines.on_page(self.trouble, self.busy, move || self.send(), stop)
    }

    fn send(self) {
        let Some(deal) = self.record.deal().filter(|_| !self.busy.get_untracked()) else { return };
        let (number, id, seen) = deal.with_untracked(|deal| (deal.number, deal.id, deal.version));
        let form = |line: LineText| LineForm {
            product: line.product,
            quantity: line.quantity,
            price: line.price,
        };
        let forms: Vec<LineForm> = untrack(|| self.lines.typed()).into_iter().map(form).collect();
        self.busy.set(true);
        self.trouble.set(None);
        let record = self.record;
        spawn_local(async move {
            let writing = record.writing();
            let answer = set_opportunity_lines(number, id, seen, forms).await;
            drop(writing);
            self.busy.try_set(false);
            match answer {
                Ok(deal) => {
                    let version = deal.version;
                    record.take_deal(deal);
                    self.editing.try_set(false);
                    record.touched(seen, version).await;
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

/// A line as it is typed.
pub(crate) fn as_text(line: &ProductLine, currency: Currency) -> LineText {
    LineText {
        product: line.product.to_string(),
        name: line.name.clone(),
        quantity: line.quantity.to_string(),
        price: money::plain(line.price_minor, currency.decimals()),
        amount: String::new(),
    }
}

/// What is wrong with fields.
pub(crate) fn problems(trouble: Option<&AppError>) -> FormErrors {
    match trouble {
        Some(AppError::Failure(Failure::Invalid(errors))) => errors.clone(),
        _ => FormErrors::default(),
    }
}
