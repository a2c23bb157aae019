//! The form for a new order, empty or with what a deal says.

use super::{api::CreateOrder, page::as_form};
use crate::{
    boot::{use_boot, use_now},
    carried::carried,
    customers::choose::{Lookup, company_of, option},
    deals::{api::open_opportunity, as_text, currencies},
    error::AppError,
    form::{
        Fields, Line, Linked, Sending, added, area, choice, choices, guard, keep_draft, line,
        linked, operation, save_bar, summary,
    },
    frame::{Draft, WindowTitle},
    i18n::{Text, use_text},
    products::LineEditor,
    ui::{ComboOption, FormRow, FormSection, Need, Page},
};
use domain::{
    failure::Failure,
    field::{FieldError, FormErrors},
    money::Currency,
    opportunity::Opportunity,
    order::{OrderForm, OrderLineForm, OrderStatus},
    policy::Object,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// The page of the form.
#[component]
pub fn NewOrder() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| {
        query.with(|query| {
            ["account", "deal", "saved"].map(|name| query.get(name).unwrap_or_default())
        })
    });
    // The customer is named by its number in the address, or by the deal; the form shows its name.
    let known = carried(
        move || place.get(),
        |[account, deal, _]| async move {
            let deal = if deal.is_empty() { None } else { open_opportunity(deal).await.ok() };
            let deal = deal.map(|screen| screen.opportunity);
            let of_deal = deal.as_ref().and_then(|deal| deal.data.account);
            let account = of_deal.map_or(account, |number| number.to_string());
            (company_of(account).await, deal)
        },
    );
    view! {
        <Suspense>
            {move || {
                let [_, _, saved] = place.get();
                Suspend::new(async move {
                    let (company, deal) = known.await;
                    view! { <Form company=company.map(option) deal=deal saved=saved /> }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Form(company: Option<ComboOption>, deal: Option<Opportunity>, saved: String) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let (house, today) = use_boot().with_value(|boot| {
        let now = use_now().get_untracked().max(boot.now);
        (boot.currency(), boot.zone.wall_clock(now).0.to_string())
    });
    let no_customer = RwSignal::new(false);
    let lines = StoredValue::new(None::<LineEditor>);
    let typed = move || -> Vec<OrderLineForm> {
        let typed = lines.get_value().map(LineEditor::typed).unwrap_or_default();
        typed.into_iter().map(as_form).collect()
    };
    let account = company.as_ref().map(|company| company.value.clone()).unwrap_or_default();
    let (of_deal, currency) = deal
        .as_ref()
        .map_or((String::new(), house), |deal| (deal.number.to_string(), deal.data.currency));
    let draft = Draft::new(&format!("new.order.{account}.{of_deal}"));
    // What is wrong with the lines, which stand beside the fields.
    let amiss = RwSignal::new(FormErrors::default());
    let fields = Fields::new::<OrderForm>(
        Object::Order,
        |name| {
            query.with_untracked(|query| query.get(name)).unwrap_or_else(|| match name {
                "account" => account.clone(),
                "ordered_on" => today.clone(),
                "status" => OrderStatus::Confirmed.code().to_owned(),
                "currency" => currency.code().to_owned(),
                _ => String::new(),
            })
        },
        move |form: &OrderForm| {
            let mut errors = form.parse(&untrack(typed), house).err().unwrap_or_default();
            // A name that stands for nobody must not be dropped in silence.
            if no_customer.get_untracked() {
                errors.0.push(("account".to_owned(), FieldError::Unknown));
            }
            amiss.set(errors.clone());
            errors
        },
    );
    let action = ServerAction::<CreateOrder>::new();
    let Sending { failure, dirty, pending, away } = Sending::of(fields, action);
    Effect::new(move |_| {
        if let Some(AppError::Failure(Failure::Invalid(errors))) = failure.get() {
            amiss.set(errors);
        }
    });
    let money =
        Signal::derive(move || Currency::try_from(fields.get("currency")).unwrap_or(currency));
    let first = deal
        .as_ref()
        .map(|deal| deal.lines.iter().map(|line| as_text(line, deal.data.currency)).collect());
    let editor = LineEditor::new(text, money, amiss.into(), first.unwrap_or_default());
    lines.set_value(Some(editor));
    let from = deal.map(|deal| {
        let href = format!("/deals/{}", deal.number);
        let said = format!("{} {}", deal.number, deal.data.name);
        view! {
            <p>
                {text.field_order_deal()} " " <a href=href>{said}</a>
            </p>
        }
    });
    view! {
        <WindowTitle text=Signal::stored(text.order_new().to_owned()) />
        <Page title=text.order_new().to_owned() back="/orders" narrow=true class="form-page">
            {added("orders", &saved, Text::deal_created)}
            // The customer is not kept: the form would have to look up its name.
            {keep_draft(fields, draft, away, &["account", "deal"])}
            <ActionForm action=action attr:class="form" attr:novalidate="">
                <input type="hidden" name="operation" value=operation().to_string() />
                <input type="hidden" name="form[deal]" value=of_deal />
                {sent(typed)}
                {summary(fields, failure)}
                {from}
                {basics(fields, company, no_customer)}
                <FormSection title=text.field_order_lines()>
                    <div class="deal-lines">{editor.view()}</div>
                </FormSection>
                {save_bar(fields, pending, "/orders")}
            </ActionForm>
            {guard(dirty, draft)}
        </Page>
    }
    .into_any()
}

/// The lines as the form sends them, beside its fields.
fn sent(typed: impl Fn() -> Vec<OrderLineForm> + Copy + Send + 'static) -> AnyView {
    let hidden = move |place: usize, line: OrderLineForm| {
        let OrderLineForm { product, name, quantity, price, amount } = line;
        [
            ("product", product),
            ("name", name),
            ("quantity", quantity),
            ("price", price),
            ("amount", amount),
        ]
        .map(|(field, value)| {
            let name = format!("lines[{place}][{field}]");
            view! { <input type="hidden" name=name value=value /> }
        })
        .collect_view()
    };
    (move || {
        typed().into_iter().enumerate().map(|(place, line)| hidden(place, line)).collect_view()
    })
    .into_any()
}

fn basics(fields: Fields, company: Option<ComboOption>, no_customer: RwSignal<bool>) -> AnyView {
    let text = use_text();
    let day = Line { need: Need::Required, example: text.hint_date(), ..Line::default() };
    let customer = Linked {
        name: "account",
        lookup: Lookup::companies(),
        hint: "",
        placeholder: text.person_company_search(),
        unmatched: no_customer,
    };
    view! {
        <FormSection title=text.order_section_basics()>
            {linked(fields, customer, company)}
            <FormRow>
                {line(fields, "ordered_on", day)}
                {choice(fields, "status", choices::<OrderStatus>(), "")}
            </FormRow>
            <FormRow>{choice(fields, "currency", currencies(), "")}</FormRow>
            {area(fields, "note", "")}
        </FormSection>
    }
    .into_any()
}
