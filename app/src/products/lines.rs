//! Lines of products as they are typed, on a deal or on an order: what, how many, at which price.

use super::api::find_products;
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, words},
    ui::{Banner, Button, ComboOption, Combobox, IconButton, NumberField, Size, Tone, Variant},
};
use domain::{
    failure::Failure,
    field::FormErrors,
    money::{self, Currency},
    product::Product,
};
use leptos::{prelude::*, task::spawn_local};

/// A line as text: what stands in it at first, and what is typed at last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineText {
    /// Id of the product; empty for what is none of ours.
    pub product: String,
    /// What it is called.
    pub name: String,
    /// How many.
    pub quantity: String,
    /// Price of a piece.
    pub price: String,
    /// What the line comes to, where that is no whole price of a piece.
    pub amount: String,
}

/// A line that is being typed.
#[derive(Clone, Copy)]
struct Line {
    key: usize,
    product: RwSignal<Vec<ComboOption>>,
    quantity: RwSignal<String>,
    price: RwSignal<String>,
    amount: StoredValue<String>,
}

/// All lines as they are typed. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(crate) struct LineEditor {
    text: Text,
    currency: Signal<Currency>,
    lines: RwSignal<Vec<Line>>,
    made: StoredValue<usize>,
    /// Products that were found, with their prices.
    known: StoredValue<Vec<Product>>,
    /// Complaints under `lines.N.` and the field.
    problems: Signal<FormErrors>,
}

impl LineEditor {
    /// With these lines at first, or an empty one.
    pub(crate) fn new(
        text: Text,
        currency: Signal<Currency>,
        problems: Signal<FormErrors>,
        first: Vec<LineText>,
    ) -> Self {
        let editor = Self {
            text,
            currency,
            lines: RwSignal::new(Vec::new()),
            made: StoredValue::new(0),
            known: StoredValue::new(Vec::new()),
            problems,
        };
        if first.is_empty() {
            editor.add(LineText { quantity: "1".to_owned(), ..LineText::default() });
        }
        for line in first {
            editor.add(line);
        }
        editor
    }

    fn add(self, line: LineText) {
        let key = self.made.get_value();
        self.made.set_value(key + 1);
        let named = !line.product.is_empty() || !line.name.is_empty();
        let product = named.then(|| ComboOption::new(line.product, line.name));
        let line = Line {
            key,
            product: RwSignal::new(product.into_iter().collect()),
            quantity: RwSignal::new(line.quantity),
            price: RwSignal::new(line.price),
            amount: StoredValue::new(line.amount),
        };
        self.lines.update(|lines| lines.push(line));
    }

    /// The lines with what removes and adds them.
    pub(crate) fn view(self) -> AnyView {
        let add = move |_| self.add(LineText { quantity: "1".to_owned(), ..LineText::default() });
        view! {
            <For
                // In another currency the rows name that one.
                each=move || {
                    let currency = self.currency.get();
                    self.lines.get().into_iter().map(move |line| (line, currency))
                }
                key=|(line, currency)| (line.key, currency.code())
                let:one
            >
                {self.row(one.0, one.1)}
            </For>
            <Button size=Size::Sm icon="plus" on_click=add>
                {self.text.deal_product_add()}
            </Button>
        }
        .into_any()
    }

    /// The same with the ways out, on the page of what has the lines: `trouble` is why the last try to save them failed.
    pub(crate) fn on_page(
        self,
        trouble: RwSignal<Option<AppError>>,
        busy: RwSignal<bool>,
        send: impl Fn() + Send + Sync + 'static,
        stop: impl Fn() + Send + Sync + 'static,
    ) -> AnyView {
        let text = self.text;
        let whole = move || {
            let error = trouble.get()?;
            let said = match &error {
                AppError::Failure(Failure::Invalid(errors)) => {
                    words::form_error(text, "lines", errors.about("lines")?)
                }
                error => save_trouble(text, error),
            };
            Some(view! { <Banner tone=Tone::Bad>{said}</Banner> })
        };
        view! {
            <div class="deal-lines">
                {whole}
                {self.view()}
                <div class="cluster">
                    <Button
                        variant=Variant::Primary
                        size=Size::Sm
                        loading=busy
                        on_click=move |_| send()
                    >
                        {text.common_save()}
                    </Button>
                    <Button size=Size::Sm on_click=move |_| stop()>
                        {text.common_cancel()}
                    </Button>
                </div>
            </div>
        }
        .into_any()
    }

    /// What is typed, followed by whoever reads it; a line that nothing was typed into is none.
    pub(crate) fn typed(self) -> Vec<LineText> {
        let one = |line: &Line| {
            let product = line.product.get().into_iter().next().unwrap_or_default();
            LineText {
                product: product.value,
                name: product.label,
                quantity: line.quantity.get(),
                price: line.price.get(),
                amount: line.amount.get_value(),
            }
        };
        let empty = |line: &LineText| {
            [&line.product, &line.name, &line.price, &line.amount]
                .iter()
                .all(|part| part.is_empty())
        };
        let lines: Vec<LineText> = self.lines.with(|lines| lines.iter().map(one).collect());
        lines.into_iter().filter(|line| !empty(line)).collect()
    }

    /// What is wrong with a field of a line; lines are numbered as they stand.
    fn error(self, key: usize, field: &'static str) -> Signal<Option<String>> {
        let text = self.text;
        Signal::derive(move || {
            let place = self.lines.with(|lines| lines.iter().position(|line| line.key == key))?;
            let name = format!("lines.{place}.{field}");
            self.problems.with(|FormErrors(errors)| {
                let found = errors.iter().find(|(other, _)| *other == name);
                found.map(|(_, error)| words::form_error(text, field, error))
            })
        })
    }

    fn row(self, line: Line, currency: Currency) -> AnyView {
        let text = self.text;
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
            if let Some(price) = chosen.first().and_then(|one| self.price_of(&one.value)) {
                line.price.set(price);
            }
        };
        let remove =
            move |_| self.lines.update(|lines| lines.retain(|other| other.key != line.key));
        let amount = line.amount.get_value();
        let hint = if amount.is_empty() { amount } else { text.order_line_amount(&amount) };
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
                    suffix=currency.code()
                    hint=hint
                    error=self.error(line.key, "price")
                />
                <IconButton icon="trash-2" label=text.common_remove() on_click=remove />
            </div>
        }
        .into_any()
    }

    /// The price of a product that was found; one in another currency says nothing here.
    fn price_of(self, product: &str) -> Option<String> {
        let currency = self.currency.get_untracked();
        self.known.with_value(|known| {
            let product = known.iter().find(|known| known.id.to_string() == product)?;
            let same = product.data.currency == currency;
            same.then(|| money::plain(product.data.price_minor, currency.decimals()))
        })
    }
}

fn option(product: &Product) -> ComboOption {
    ComboOption {
        detail: product.data.code.clone(),
        ..ComboOption::new(product.id.to_string(), product.data.name.clone())
    }
}
