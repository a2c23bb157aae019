//! The page of one order: how far it is on top, below it what is known and what was bought.

use super::{
    address,
    api::{delete_order, edit_order, open_order, set_order_lines},
    look,
};
use crate::{
    boot::{Boot, use_boot},
    carried::carried,
    customers::{
        pages::{number, waiting},
        record::is_typing,
    },
    deals::{currencies, problems},
    error::AppError,
    frame::{
        Changes, TakenOff, WindowTitle, focus_title, save_trouble, trouble_page, use_changes,
        use_heard,
    },
    i18n::{Text, format, use_text, words},
    palette::remember,
    products::{LineEditor, LineText},
    ui::{
        Banner, Button, Choice, Icon, InlineField, InlineState, Page, Section, Size, Toasts, Tone,
        Variant, use_toasts,
    },
};
use domain::{
    account::FieldEdit,
    failure::{Conflict, Failure},
    id::Version,
    money,
    order::{Order, OrderField, OrderLine, OrderLineForm, OrderStatus},
    policy::{Action, Object},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The page of an order.
#[component]
pub fn OrderDetail() -> impl IntoView {
    let number = number();
    let order = carried(move || number.get(), open_order);
    let retry = Callback::new(move |()| order.refetch());
    view! {
        <Suspense fallback=waiting>
            {move || Suspend::new(async move {
                match order.await {
                    Ok(order) => Desk::new(order).view(),
                    Err(error) => trouble_page(&error, address::LIST, Some(retry)),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The open order. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Desk {
    order: RwSignal<Order>,
    text: Text,
    boot: StoredValue<Boot>,
    toasts: Toasts,
    changes: Changes,
    may_edit: bool,
    may_delete: bool,
    /// Its lines are being typed.
    editing: RwSignal<bool>,
}

impl Desk {
    fn new(order: Order) -> Self {
        let boot = use_boot();
        let may = |action| {
            boot.with_value(|boot| boot.viewed.is_none() && boot.may(action, Object::Order))
        };
        Self {
            order: RwSignal::new(order),
            text: use_text(),
            boot,
            toasts: use_toasts(),
            changes: use_changes(),
            may_edit: may(Action::Edit),
            may_delete: may(Action::Delete),
            editing: RwSignal::new(false),
        }
    }

    fn view(self) -> AnyView {
        focus_title();
        self.follow();
        let number = move || self.order.with_untracked(|order| order.number.to_string());
        Effect::new(move |_| remember(number()));
        let title = Signal::derive(move || self.order.with(|order| order.number.to_string()));
        view! {
            <WindowTitle text=title />
            <Page title=title back=address::LIST narrow=true actions=move || self.actions()>
                {move || self.marks()}
                {status_strip(self)}
                {facts(self)}
                {lines(self)}
                {made(self)}
            </Page>
        }
        .into_any()
    }

    /// Whose it is and what it comes to.
    fn marks(self) -> AnyView {
        let order = self.order.read();
        let total =
            self.boot.with_value(|boot| look::money(boot, order.total_minor, order.data.currency));
        let deal = order.deal.as_ref().map(|(number, name)| {
            let said = format!("{number} {name}");
            view! { <a href=format!("/deals/{number}")>{said}</a> }
        });
        let off = (!order.data.status.counts()).then_some("true");
        view! {
            <p class="order-marks">
                <a href=format!("/customers/{}", order.account)>{order.account_name.clone()}</a>
                {deal}
                <strong class="num order-total" data-off=off>
                    {total}
                </strong>
            </p>
        }
        .into_any()
    }

    fn actions(self) -> AnyView {
        let navigate = use_navigate();
        let gone = Callback::new(move |()| navigate(address::LIST, NavigateOptions::default()));
        self.may_delete
            .then(|| {
                view! {
                    <Button
                        icon="trash-2"
                        class="phone-keep phone-icon"
                        on_click=move |_| self.delete(gone)
                    >
                        {self.text.order_delete()}
                    </Button>
                }
            })
            .into_any()
    }

    /// Shows an order as an answer has it, unless a later one came first.
    fn take(self, order: Order) {
        self.order.try_update(|shown| {
            if shown.version <= order.version {
                *shown = order;
            }
        });
    }

    /// Reads the order again; what is on show stays where that fails.
    async fn reload(self) {
        let Some(number) = self.order.try_with_untracked(|order| order.number) else { return };
        if let Ok(order) = open_order(number.to_string()).await {
            self.take(order);
        }
    }

    /// A change by somebody else is told as one of the customer. While something is typed the page stays as it is: the
    /// server asks when both changed the same.
    fn follow(self) {
        let heard = use_heard(Object::Account);
        Effect::new(move |before: Option<u64>| {
            let now = heard.with(|heard| heard.count);
            let account = self.order.with_untracked(|order| order.account_id);
            let news = heard.with(|heard| heard.is_news_of(account.0, |_| false));
            if before.is_some_and(|before| before != now) && news && !is_typing() {
                spawn_local(self.reload());
            }
            now
        });
    }

    /// Sends one field and shows what became of it.
    fn save(self, field: OrderField, typed: String, state: RwSignal<InlineState>) {
        state.set(InlineState::Saving);
        let (number, id, seen) =
            self.order.with_untracked(|order| (order.number, order.id, order.version));
        let edits = vec![FieldEdit { field: field.code().to_owned(), value: typed }];
        spawn_local(async move {
            match edit_order(number, id, seen, edits).await {
                Ok(order) => {
                    self.take(order);
                    state.try_set(InlineState::Saved);
                }
                Err(error) => {
                    let outcome = self.refused(field, &error).await;
                    state.try_set(outcome);
                }
            }
        });
    }

    async fn refused(self, field: OrderField, error: &AppError) -> InlineState {
        let message = match error {
            AppError::Failure(Failure::Conflict(conflict)) => {
                // From now on the other value is known: keeping one's own is based on it.
                self.reload().await;
                return self.conflict(field, conflict);
            }
            AppError::Failure(Failure::Invalid(errors)) => {
                let first = errors.0.first();
                let said = first.map(|(name, error)| words::form_error(self.text, name, error));
                said.unwrap_or_default()
            }
            other => save_trouble(self.text, other),
        };
        InlineState::Failed { message }
    }

    fn conflict(self, field: OrderField, conflict: &Conflict) -> InlineState {
        let Some(collision) = conflict.fields.first() else {
            return InlineState::Failed { message: self.text.failure_unavailable().to_owned() };
        };
        let label = words::order_field(self.text, field);
        InlineState::Conflict {
            theirs: self.show(field, &collision.theirs),
            message: self.text.conflict_field(label, &conflict.by),
        }
    }

    /// A stored value as people read it.
    fn show(self, field: OrderField, raw: &str) -> String {
        self.boot.with_value(|boot| words::Values::of(boot).show(self.text, field.code(), raw))
    }

    /// Off the lists and totals, with a way back.
    fn delete(self, gone: Callback<()>) {
        let (text, toasts, changes) = (self.text, self.toasts, self.changes);
        let (id, number) = self.order.with_untracked(|order| (order.id, order.number.to_string()));
        let said = text.order_deleted(&number);
        let off = TakenOff { text, toasts, changes, gone };
        off.run(number, said, move |deleted| delete_order(id, deleted));
    }
}

/// How far it is, as a bar; a click says that it is further.
fn status_strip(desk: Desk) -> AnyView {
    let text = desk.text;
    let state = RwSignal::new(InlineState::Rest);
    let steps = move || {
        let here = desk.order.with(|order| order.data.status);
        let step = |status: OrderStatus| step(desk, state, here, status);
        OrderStatus::ALL.iter().copied().map(step).collect_view()
    };
    let failed = move || match state.get() {
        InlineState::Failed { message } | InlineState::Conflict { message, .. } => {
            Some(view! { <Banner tone=Tone::Bad>{message}</Banner> })
        }
        _ => None,
    };
    view! {
        <nav class="stage-bar" aria-label=text.field_order_status()>
            <ol class="stage-steps">{steps}</ol>
        </nav>
        {failed}
    }
    .into_any()
}

fn step(
    desk: Desk,
    state: RwSignal<InlineState>,
    here: OrderStatus,
    status: OrderStatus,
) -> AnyView {
    let is_here = here == status;
    let passed = status < here && here.counts();
    // The looks are those of the stages of a deal.
    let look = match status {
        OrderStatus::Cancelled if is_here => "lost",
        OrderStatus::Cancelled => "closing",
        OrderStatus::Delivered if is_here => "won",
        _ if is_here => "open",
        _ if passed => "passed",
        _ => "ahead",
    };
    let icon = if passed { "check" } else { look::status_look(status).1 };
    let go = move |_| {
        desk.save(OrderField::Status, status.code().to_owned(), state);
    };
    view! {
        <li class="stage-step" data-look=look aria-current=is_here.then_some("step")>
            <button
                type="button"
                class="stage-go"
                disabled=is_here || !desk.may_edit
                on:click=go
            >
                <Icon name=icon class="icon-sm" />
                <span class="truncate">{words::order_status(desk.text, status)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// What is known about it, edited where it stands.
fn facts(desk: Desk) -> AnyView {
    let text = desk.text;
    let locked = if desk.may_edit { "" } else { text.common_read_only() };
    let value =
        move |field: OrderField| Memo::new(move |_| desk.order.with(|order| order.data.get(field)));
    let [day, currency, note] = [(); 3].map(|()| RwSignal::new(InlineState::Rest));
    let shown = value(OrderField::OrderedOn);
    let choices: Vec<Choice> = currencies();
    view! {
        <Section title=text.customer_key_facts() id="order-facts">
            <InlineField
                label=text.field_order_ordered_on()
                name="ordered_on"
                value=shown
                state=day
                on_save=move |typed: String| desk.save(OrderField::OrderedOn, typed, day)
                display=move || desk.show(OrderField::OrderedOn, &shown.get())
                placeholder=text.hint_date()
                locked=locked
            />
            <InlineField
                label=text.field_order_currency()
                name="currency"
                value=value(OrderField::Currency)
                state=currency
                on_save=move |typed: String| desk.save(OrderField::Currency, typed, currency)
                options=choices
                locked=locked
            />
            <InlineField
                label=text.field_order_note()
                name="note"
                value=value(OrderField::Note)
                state=note
                on_save=move |typed: String| desk.save(OrderField::Note, typed, note)
                multiline=true
                locked=locked
            />
        </Section>
    }
    .into_any()
}

/// What was bought.
fn lines(desk: Desk) -> AnyView {
    let text = desk.text;
    let actions = move || {
        desk.may_edit.then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="pencil"
                    on_click=move |_| desk.editing.set(true)
                >
                    {text.common_edit()}
                </Button>
            }
        })
    };
    let content = move || {
        if desk.editing.get() { Editor::new(desk).view() } else { shown(desk) }
    };
    view! {
        <Section title=text.field_order_lines() id="order-lines" actions=actions>
            {content}
        </Section>
    }
    .into_any()
}

fn shown(desk: Desk) -> AnyView {
    let text = desk.text;
    let order = desk.order.read();
    if order.lines.is_empty() {
        return view! { <p class="muted">{text.order_no_lines()}</p> }.into_any();
    }
    let currency = order.data.currency;
    let money = |minor| desk.boot.with_value(|boot| look::money(boot, minor, currency));
    let rows = order
        .lines
        .iter()
        .map(|line| {
            let quantity = format::integer(line.quantity);
            let each = match line.price_minor() {
                Some(price) => format!("{quantity} × {}", money(price)),
                None => quantity,
            };
            view! {
                <li class="mini-row">
                    <span class="stack-tight grow">
                        <span>{look::named(text, line)}</span>
                        <span class="sub num">{each}</span>
                    </span>
                    <span class="num">{money(line.amount_minor)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="mini">
            {rows}
            <li class="mini-row deal-total">
                <span class="grow">{text.field_order_total()}</span>
                <span class="num">{money(order.total_minor)}</span>
            </li>
        </ul>
    }
    .into_any()
}

/// The lines as they are typed. Copy it into handlers freely.
#[derive(Clone, Copy)]
struct Editor {
    desk: Desk,
    /// The version they were begun on: what comes meanwhile is not what is being typed about.
    seen: StoredValue<Version>,
    lines: LineEditor,
    trouble: RwSignal<Option<AppError>>,
    busy: RwSignal<bool>,
}

impl Editor {
    fn new(desk: Desk) -> Self {
        let trouble = RwSignal::new(None);
        let wrong = Signal::derive(move || problems(trouble.read().as_ref()));
        let (first, currency, seen) = desk.order.with_untracked(|order| {
            let decimals = order.data.currency.decimals();
            let first: Vec<_> = order.lines.iter().map(|line| as_text(line, decimals)).collect();
            (first, order.data.currency, StoredValue::new(order.version))
        });
        let lines = LineEditor::new(desk.text, Signal::stored(currency), wrong, first);
        Self { desk, seen, lines, trouble, busy: RwSignal::new(false) }
    }

    fn view(self) -> AnyView {
        let stop = move || self.desk.editing.set(false);
        self.lines.on_page(self.trouble, self.busy, move || self.send(), stop)
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let desk = self.desk;
        let (number, id) = desk.order.with_untracked(|order| (order.number, order.id));
        let seen = self.seen.get_value();
        let forms: Vec<OrderLineForm> =
            untrack(|| self.lines.typed()).into_iter().map(as_form).collect();
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let answer = set_order_lines(number, id, seen, forms).await;
            self.busy.try_set(false);
            match answer {
                Ok(order) => {
                    desk.take(order);
                    desk.editing.try_set(false);
                }
                Err(error) => {
                    if matches!(error, AppError::Failure(Failure::Conflict(_))) {
                        // What is typed stays; saving again is based on what others wrote.
                        desk.reload().await;
                        let now = desk.order.try_with_untracked(|order| order.version);
                        self.seen.try_set_value(now.unwrap_or(seen));
                    }
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

/// A stored line as it is typed.
fn as_text(line: &OrderLine, decimals: u8) -> LineText {
    // A line without a name came from a file, which says what it comes to.
    let nameless = line.product.is_none() && line.name.is_empty();
    let price = line.price_minor().filter(|_| !nameless);
    LineText {
        product: line.product.map(|product| product.to_string()).unwrap_or_default(),
        name: line.name.clone(),
        quantity: line.quantity.to_string(),
        price: price.map(|price| money::plain(price, decimals)).unwrap_or_default(),
        amount: match price {
            Some(_) => String::new(),
            None => money::plain(line.amount_minor, decimals),
        },
    }
}

/// A typed line as it is sent.
pub(super) fn as_form(line: LineText) -> OrderLineForm {
    let LineText { product, name, quantity, price, amount } = line;
    OrderLineForm { product, name, quantity, price, amount }
}

/// When and by whom it was made, and its number elsewhere.
fn made(desk: Desk) -> AnyView {
    let text = desk.text;
    let order = desk.order.read_untracked();
    let (by, at) = desk.boot.with_value(|boot| {
        (
            boot.colleague(Some(order.created_by)),
            format::date_time(text, order.created_at, &boot.zone),
        )
    });
    let by = if by.is_empty() { text.timeline_system().to_owned() } else { by };
    let elsewhere = (!order.external_id.is_empty()).then(|| {
        view! { <p class="muted">{text.order_number_elsewhere(&order.external_id)}</p> }
    });
    view! {
        {elsewhere}
        <p class="muted">{text.order_made(&at, &by)}</p>
    }
    .into_any()
}
