//! Postal addresses of a customer, changed in a dialog because their parts belong together.

use super::{Record, copy, data::Data};
use crate::{
    customers::api::set_address,
    error::AppError,
    form::fresh,
    frame::save_trouble,
    i18n::words,
    ui::{
        Banner, Button, Dialog, FormRow, Menu, MenuItem, Section, Size, TextField, Tone, Variant,
    },
};
use domain::{
    address::{Address, AddressData, AddressForm},
    failure::Failure,
    field::FormErrors,
    id::{AddressId, OperationId},
    note::Subject,
    policy::{Access, Detail, Object, Veiled},
    removed::Removed,
};
use leptos::{prelude::*, task::spawn_local};

/// What is typed into the dialog.
#[derive(Clone, Copy)]
struct Sheet {
    open: RwSignal<bool>,
    /// The address that is changed; `None` for a new one.
    id: StoredValue<Option<AddressId>>,
    /// What the form showed first.
    first: StoredValue<AddressForm>,
    /// What stood there when it was last looked at.
    expected: StoredValue<AddressData>,
    /// Names what is sent until it is answered for: sent again after a lost answer, it is done once.
    attempt: StoredValue<OperationId>,
    parts: [RwSignal<String>; 5],
    problems: RwSignal<FormErrors>,
    /// What others wrote meanwhile, or why it was not saved.
    notice: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

const PARTS: [&str; 5] = ["country", "province", "city", "district", "street"];

impl Sheet {
    fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            id: StoredValue::new(None),
            first: StoredValue::new(AddressForm::default()),
            expected: StoredValue::new(AddressData::default()),
            attempt: StoredValue::new(OperationId::NIL),
            parts: std::array::from_fn(|_| RwSignal::new(String::new())),
            problems: RwSignal::new(FormErrors::default()),
            notice: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn show(self, address: Option<Address>) {
        let (id, data) = match address {
            Some(address) => (Some(address.id), address.data),
            None => (None, AddressData::default()),
        };
        self.fill(&data);
        self.first.set_value(self.form());
        self.id.set_value(id);
        self.expected.set_value(data);
        self.attempt.set_value(fresh());
        self.open.set(true);
    }

    fn fill(self, data: &AddressData) {
        let values = [&data.country, &data.province, &data.city, &data.district, &data.street];
        for (part, value) in self.parts.iter().zip(values) {
            part.set(value.clone());
        }
        self.problems.set(FormErrors::default());
        self.notice.set(None);
    }

    /// Whether it may close by itself. What was typed is not thrown away by a slip: then it says
    /// what can be done.
    fn may_close(self, unsaved: &'static str) -> bool {
        let changed = self.first.with_value(|first| *first != self.form());
        if changed && self.notice.with_untracked(Option::is_none) {
            self.notice.set(Some(unsaved.to_owned()));
        }
        !changed
    }

    fn form(self) -> AddressForm {
        let [country, province, city, district, street] =
            self.parts.map(|part| part.get_untracked());
        AddressForm { country, province, city, district, street }
    }
}

fn stored(record: Record) -> Vec<Address> {
    match record.data {
        Data::Account(data) => data.with(|data| data.addresses.clone()),
        Data::Person(_) | Data::Opportunity(_) => Vec::new(),
    }
}

/// The section with all of them.
pub(crate) fn addresses(record: Record) -> AnyView {
    let text = record.text;
    let access = record.access(Detail::Address);
    if access == Access::Hidden {
        return ().into_any();
    }
    let may_change = record.may_edit && access == Access::Edit;
    let sheet = Sheet::new();
    let actions = move || {
        may_change.then(|| {
            view! {
                <Button
                    variant=Variant::Quiet
                    size=Size::Sm
                    icon="plus"
                    on_click=move |_| sheet.show(None)
                >
                    {text.common_add()}
                </Button>
            }
        })
    };
    view! {
        <Section title=text.customer_addresses() id="addresses" actions=actions>
            <ul class="mini">
                <For each=move || stored(record) key=|address| address.id let:address>
                    {row(record, sheet, address.id)}
                </For>
            </ul>
            {move || {
                stored(record)
                    .is_empty()
                    .then(|| view! { <p class="muted">{text.customer_address_empty()}</p> })
            }}
            {dialog(record, sheet)}
        </Section>
    }
    .into_any()
}

fn row(record: Record, sheet: Sheet, id: AddressId) -> AnyView {
    let text = record.text;
    let now = Memo::new(move |_| stored(record).into_iter().find(|address| address.id == id));
    let line = Memo::new(move |_| {
        now.with(|now| now.as_ref().map(|now| now.data.one_line())).unwrap_or_default()
    });
    let copied = move || {
        if copy::copy(&line.get_untracked()) {
            record.toasts.done(text.toast_copied(&line.get_untracked()));
        }
    };
    let access = record.access(Detail::Address);
    if access == Access::Masked {
        let veiled = Veiled::Address(id);
        let shown = move || record.reveal().shown(veiled).unwrap_or_else(|| line.get());
        let button = record.reveal().button(veiled, text.customer_addresses().to_owned());
        return view! {
            <li class="mini-row">
                <span class="grow">{shown}</span>
                {button}
            </li>
        }
        .into_any();
    }
    let items = (record.may_edit && access == Access::Edit).then(|| {
        view! {
            <MenuItem
                label=text.common_edit()
                icon="pencil"
                on_click=move || sheet.show(now.get_untracked())
            />
            <MenuItem
                label=text.common_remove()
                icon="trash-2"
                danger=true
                on_click=move || remove(record, now.get_untracked())
            />
        }
    });
    view! {
        <li class="mini-row">
            <span class="grow">{move || line.get()}</span>
            <Menu
                id=format!("address-menu-{id}")
                label=text.common_more_for(&line.get_untracked())
                size=Size::Sm
            >
                <MenuItem label=text.customer_address_copy() icon="copy" on_click=copied />
                {items}
            </Menu>
        </li>
    }
    .into_any()
}

fn dialog(record: Record, sheet: Sheet) -> AnyView {
    let text = record.text;
    let footer = move || {
        view! {
            <Button on_click=move |_| sheet.open.set(false)>{text.common_cancel()}</Button>
            <Button variant=Variant::Primary loading=sheet.busy on_click=move |_| save(record, sheet)>
                {text.common_save()}
            </Button>
        }
    };
    let field = move |at: usize| {
        let name = PARTS.get(at).copied().unwrap_or_default();
        let error = Signal::derive(move || {
            sheet
                .problems
                .with(|all| all.about(name).map(|error| words::form_error(text, name, error)))
        });
        sheet.parts.get(at).map(|value| {
            view! {
                <TextField
                    value=*value
                    label=words::field(text, Object::Account, name)
                    name=name
                    id=format!("address-{name}")
                    autocomplete="off"
                    error=error
                    on_enter=move |_| save(record, sheet)
                />
            }
        })
    };
    view! {
        <Dialog
            id="address"
            open=sheet.open
            title=text.customer_section_address()
            footer=footer
            lazy=true
            may_close=move || sheet.may_close(text.common_unsaved())
        >
            <div class="form">
                {move || {
                    sheet
                        .notice
                        .get()
                        .map(|notice| view! { <Banner tone=Tone::Warn>{notice}</Banner> })
                }}
                <FormRow>{field(0)} {field(1)}</FormRow>
                <FormRow>{field(2)} {field(3)}</FormRow>
                {field(4)}
            </div>
        </Dialog>
    }
    .into_any()
}

fn save(record: Record, sheet: Sheet) {
    let Subject::Account(account) = record.subject() else { return };
    // Enter pressed twice is one address.
    if sheet.busy.get_untracked() {
        return;
    }
    let (id, expected) = (sheet.id.get_value(), sheet.expected.get_value());
    let (form, seen) = (sheet.form(), record.version());
    sheet.busy.set(true);
    spawn_local(async move {
        let _writing = record.writing();
        let answer = set_address(sheet.attempt.get_value(), account, id, form, expected).await;
        sheet.busy.try_set(false);
        match answer {
            Ok(version) => {
                sheet.open.try_set(false);
                record.touched(seen, version).await;
            }
            Err(error) => refused(record, sheet, error).await,
        }
    });
}

/// Keeps what was typed and says why it was not saved. After a conflict, saving again keeps one's
/// own; closing keeps theirs.
async fn refused(record: Record, sheet: Sheet, error: AppError) {
    let text = record.text;
    let notice = match error {
        AppError::Failure(Failure::Invalid(errors)) => {
            sheet.attempt.try_set_value(fresh());
            sheet.problems.try_set(errors);
            None
        }
        AppError::Failure(Failure::Conflict(conflict)) => {
            record.reload().await;
            let id = sheet.id.get_value();
            let now = stored(record).into_iter().find(|address| Some(address.id) == id);
            sheet.expected.try_set_value(now.map(|now| now.data).unwrap_or_default());
            let theirs = conflict.fields.first().map(|field| field.theirs.clone());
            Some(text.conflict_address(&theirs.unwrap_or_default()))
        }
        other => Some(save_trouble(text, &other)),
    };
    sheet.notice.try_set(notice);
}

/// Removes one, with a way back.
fn remove(record: Record, address: Option<Address>) {
    let (Some(address), Subject::Account(of)) = (address, record.subject()) else { return };
    let (text, seen) = (record.text, record.version());
    let place = untrack(|| stored(record)).iter().position(|other| other.id == address.id);
    let place = place.and_then(|place| u16::try_from(place).ok()).unwrap_or(u16::MAX);
    spawn_local(async move {
        let _writing = record.writing();
        let (nothing, expected) = (AddressForm::default(), address.data.clone());
        match set_address(fresh(), of, Some(address.id), nothing, expected).await {
            Ok(version) => {
                record.touched(seen, version).await;
                let removed = Removed::Address { of, address, place };
                record.removed(text.customer_address_removed(), removed);
            }
            Err(error) => {
                record.toasts.error(save_trouble(text, &error));
                record.reload().await;
            }
        }
    });
}
