//! The products on a deal: what, how many, at which price, and what they come to together. They are changed as a whole.

use super::{api::set_opportunity_lines, look};
use crate::{
    customers::record::Record,
    error::AppError,
    frame::save_trouble,
    i18n::{format, words},
    products::api::find_products,
    ui::{
        Banner, Button, ComboOption, Combobox, IconButton, NumberField, Section, Size, Tone,
        Variant,
    },
};
use domain::{
    failure::Failure,
    field::FormErrors,
    money::{self, Currency},
    product::{LineForm, Product, ProductLine},
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

/// A line as it is typed.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    product: RwSignal<Vec<ComboOption>>,
    quantity: RwSignal<String>,
    price: RwSignal<String>,
}

/// All lines as they are typed. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Editor {
    record: Record,
    editing: RwSignal<bool>,
    currency: Currency,
    lines: RwSignal<Vec<Line>>,
    made: StoredValue<usize>,
    /// Products that were found, with their prices.
    known: StoredValue<Vec<Product>>,
    trouble: RwSignal<Option<AppError>>,
    busy: RwSignal<bool>,
}

impl Editor {
    fn new(record: Record, editing: RwSignal<bool>) -> Self {
        let (lines, currency) = record
            .deal()
            .map(|deal| deal.with_untracked(|deal| (deal.lines.clone(), deal.data.currency)))
            .unwrap_or_default();
        let editor = Self {
            record,
            editing,
            currency,
            lines: RwSignal::new(Vec::new()),
            made: StoredValue::new(0),
            known: StoredValue::new(Vec::new()),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
        };
        for line in &lines {
            editor.add(Some(line));
        }
        if lines.is_empty() {
            editor.add(None);
        }
        editor
    }

    fn add(self, line: Option<&ProductLine>) {
        let key = self.made.get_value();
        self.made.set_value(key + 1);
        let product =
            line.map(|line| ComboOption::new(line.product.to_string(), line.name.clone()));
        let price = line.map(|line| money::plain(line.price_minor, self.currency.decimals()));
        let quantity = line.map_or_else(|| "1".to_owned(), |line| line.quantity.to_string());
        let line = Line {
            key,
            product: RwSignal::new(product.into_iter().collect()),
            quantity: RwSignal::new(quantity),
            price: RwSignal::new(price.unwrap_or_default()),
        };
        self.lines.update(|lines| lines.push(line));
    }

    fn view(self) -> AnyView {
        let text = self.record.text;
        let whole = move || {
            let error = self.trouble.get()?;
            let said = match &error {
                AppError::Failure(Failure::Invalid(errors)) => {
                    let about = errors.about("lines")?;
                    words::form_error(text, "lines", about)
                }
                error => save_trouble(text, error),
            };
            Some(view! { <Banner tone=Tone::Bad>{said}</Banner> })
        };
        view! {
            <div class="deal-lines">
                {whole}
                <For each=move || self.lines.get() key=|line| line.key let:line>
                    {self.row(line)}
                </For>
                <Button size=Size::Sm icon="plus" on_click=move |_| self.add(None)>
                    {text.deal_product_add()}
                </Button>
                <div class="cluster">
                    <Button
                        variant=Variant::Primary
                        size=Size::Sm
                        loading=self.busy
                        on_click=move |_| self.send()
                    >
                        {text.common_save()}
                    </Button>
                    <Button size=Size::Sm on_click=move |_| self.editing.set(false)>
                        {text.common_cancel()}
                    </Button>
                </div>
            </div>
        }
        .into_any()
    }

    /// What is wrong with a field of a line; lines are numbered as they stand.
    fn error(self, key: usize, field: &'static str) -> Signal<Option<String>> {
        let text = self.record.text;
        Signal::derive(move || {
            let place = self.lines.with(|lines| lines.iter().position(|line| line.key == key))?;
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(FormErrors(errors))) => {
                    let name = format!("lines.{place}.{field}");
                    let found = errors.iter().find(|(other, _)| *other == name);
                    found.map(|(_, error)| words::form_error(text, field, error))
                }
                _ => None,
            })
        })
    }

    fn row(self, line: Line) -> AnyView {
        let text = self.record.text;
        let options = RwSignal::new(Vec::<ComboOption>::new());
        let find = move |typed: String| {
            spawn_local(async move {
                // Without an answer there is nothing to choose; typing on asks again.
                let found = find_products(typed).await.unwrap_or_default();
                options.try_set(found.iter().map(option).collect());
                self.known.try_update_value(|known| known.extend(found));
            });
        };
        let taken = move |chosen: Vec<ComboOption>| {
            let Some(one) = chosen.first() else { return };
            let price = self.known.with_value(|known| {
                let product = known.iter().find(|product| product.id.to_string() == one.value)?;
                // A price in another currency says nothing here.
                let same = product.data.currency == self.currency;
                same.then(|| money::plain(product.data.price_minor, self.currency.decimals()))
            });
            if let Some(price) = price {
                line.price.set(price);
            }
        };
        let remove =
            move |_| self.lines.update(|lines| lines.retain(|other| other.key != line.key));
        view! {
            <div class="deal-line">
                <Combobox
                    chosen=line.product
                    options=options
                    label=text.field_opportunity_products()
                    hide_label=true
                    name=format!("line-{}-product", line.key)
                    placeholder=text.deal_product_search()
                    no_match=text.deal_product_none()
                    error=self.error(line.key, "product")
                    on_query=find
                    on_change=taken
                />
                <NumberField
                    value=line.quantity
                    label=text.deal_quantity()
                    name=format!("line-{}-quantity", line.key)
                    whole=true
                    error=self.error(line.key, "quantity")
                />
                <NumberField
                    value=line.price
                    label=text.deal_unit_price()
                    name=format!("line-{}-price", line.key)
                    suffix=self.currency.code()
                    error=self.error(line.key, "price")
                />
                <IconButton icon="trash-2" label=text.common_remove() on_click=remove />
            </div>
        }
        .into_any()
    }

    fn send(self) {
        let Some(deal) = self.record.deal().filter(|_| !self.busy.get_untracked()) else { return };
        let (number, id, seen) = deal.with_untracked(|deal| (deal.number, deal.id, deal.version));
        let forms = self.lines.with_untracked(|lines| {
            let form = |line: &Line| LineForm {
                product: line
                    .product
                    .with_untracked(|chosen| chosen.first().map(|one| one.value.clone()))
                    .unwrap_or_default(),
                quantity: line.quantity.get_untracked(),
                price: line.price.get_untracked(),
            };
            // A line without a product that nothing was typed into is none.
            let empty = |form: &LineForm| form.product.is_empty() && form.price.is_empty();
            lines.iter().map(form).filter(|form| !empty(form)).collect::<Vec<_>>()
        });
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

fn option(product: &Product) -> ComboOption {
    ComboOption {
        detail: product.data.code.clone(),
        ..ComboOption::new(product.id.to_string(), product.data.name.clone())
    }
}
