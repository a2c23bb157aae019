//! The form of a product, new or known.

use super::{
    Screen,
    api::{create_product, edit_product},
};
use crate::{
    error::AppError,
    form::fresh,
    frame::save_trouble,
    i18n::words,
    ui::{
        Banner, Button, Choice, Dialog, Need, NumberField, SelectField, TextField, Tone, Variant,
    },
};
use domain::{
    account::FieldEdit,
    failure::Failure,
    id::OperationId,
    money::{CURRENCIES, Currency},
    product::{Product, ProductData, ProductField, ProductForm},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// The form that is open: of a product, or for a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked(pub Option<Product>);

/// What is typed. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Typed {
    screen: Screen,
    product: StoredValue<Option<Product>>,
    code: RwSignal<String>,
    name: RwSignal<String>,
    price: RwSignal<String>,
    currency: RwSignal<String>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<AppError>>,
    /// The name of the attempt: what is sent twice is done once.
    attempt: StoredValue<OperationId>,
}

/// The form, while it is open.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.asked.get().map(|Asked(product)| Typed::new(screen, product).view())).into_any()
}

impl Typed {
    fn new(screen: Screen, product: Option<Product>) -> Self {
        let house = screen.boot.with_value(|boot| boot.currency());
        let data = product.as_ref().map(|product| product.data.clone());
        let data = data.unwrap_or(ProductData { currency: house, ..ProductData::default() });
        let get = |field| RwSignal::new(data.get(field));
        Self {
            screen,
            code: get(ProductField::Code),
            name: get(ProductField::Name),
            price: match product {
                Some(_) => get(ProductField::Price),
                None => RwSignal::default(),
            },
            currency: get(ProductField::Currency),
            product: StoredValue::new(product),
            open: RwSignal::new(true),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            attempt: StoredValue::new(fresh()),
        }
    }

    fn error(self, name: &'static str) -> Signal<Option<String>> {
        let text = self.screen.text;
        Signal::derive(move || {
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(errors)) => {
                    errors.about(name).map(|error| words::form_error(text, name, error))
                }
                _ => None,
            })
        })
    }

    fn view(self) -> AnyView {
        let text = self.screen.text;
        let title = self.product.with_value(|product| match product {
            Some(product) => product.data.name.clone(),
            None => text.product_new().to_owned(),
        });
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.send();
        };
        let footer = move || {
            view! {
                <Button on_click=move |_| self.open.set(false)>{text.common_cancel()}</Button>
                <Button variant=Variant::Primary loading=self.busy on_click=move |_| self.send()>
                    {text.common_save()}
                </Button>
            }
        };
        let whole = move || {
            let error = self.trouble.get()?;
            let elsewhere = !matches!(error, AppError::Failure(Failure::Invalid(_)));
            elsewhere
                .then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
        };
        let closed = move |()| self.screen.asked.set(None);
        view! {
            <Dialog id="product" open=self.open title=title footer=footer on_close=closed>
                <form class="form" novalidate="" on:submit=submit>
                    {whole}
                    {self.inputs()}
                    // Enter in a field sends the form.
                    <button type="submit" hidden=true tabindex="-1"></button>
                </form>
            </Dialog>
        }
        .into_any()
    }

    fn inputs(self) -> AnyView {
        let text = self.screen.text;
        view! {
            <TextField
                value=self.code
                label=text.field_product_code()
                name="product-code"
                autocomplete="off"
                maxlength=40
                need=Need::Required
                error=self.error("code")
            />
            <TextField
                value=self.name
                label=text.field_product_name()
                name="product-name"
                autocomplete="off"
                need=Need::Required
                error=self.error("name")
            />
            <NumberField
                value=self.price
                label=text.field_product_price()
                name="product-price"
                error=self.error("price")
            />
            <SelectField
                value=self.currency
                options=currencies(self.screen)
                label=text.field_product_currency()
                name="product-currency"
                error=self.error("currency")
            />
        }
        .into_any()
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        let form = ProductForm {
            code: self.code.get_untracked(),
            name: self.name.get_untracked(),
            price: self.price.get_untracked(),
            currency: self.currency.get_untracked(),
        };
        let product = self.product.get_value();
        let attempt = self.attempt.get_value();
        let screen = self.screen;
        spawn_local(async move {
            let name = form.name.trim().to_owned();
            let answer = match product {
                Some(product) => {
                    edit_product(product.id, product.version, edits(form)).await.map(drop)
                }
                None => create_product(attempt, form).await.map(drop),
            };
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.open.try_set(false);
                    screen.toasts.done(screen.text.product_saved(&name));
                    screen.again.try_run(());
                }
                Err(error) => {
                    // Another try says something else.
                    self.attempt.try_set_value(fresh());
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

/// The currency before the price, whose decimals it decides.
fn edits(form: ProductForm) -> Vec<FieldEdit> {
    [
        (ProductField::Code, form.code),
        (ProductField::Name, form.name),
        (ProductField::Currency, form.currency),
        (
            ProductField::Price,
            if form.price.trim().is_empty() { "0".to_owned() } else { form.price },
        ),
    ]
    .into_iter()
    .map(|(field, value)| FieldEdit { field: field.code().to_owned(), value })
    .collect()
}

fn currencies(screen: Screen) -> Vec<Choice> {
    let all =
        CURRENCIES.iter().filter_map(|(code, ..)| Currency::try_from((*code).to_owned()).ok());
    all.map(|one| Choice::new(one.code(), words::currency(screen.text, one).to_owned())).collect()
}
