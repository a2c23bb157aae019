//! What narrows the audit log. A plain form, which scripts spare a new page.

use super::address;
use crate::{
    boot::use_boot,
    i18n::{Text, use_text, words},
    ui::{
        Button, ButtonKind, Choice, DateField, LinkButton, Section, SelectField, Size, TextField,
        Variant, is_phone,
    },
};
use domain::{
    audit::{AuditRequest, Event},
    date::Date,
    id::UserId,
    policy::{Object, Origin},
};
use leptos::{ev::SubmitEvent, html, prelude::*, web_sys};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The fields of the form, as they are typed and chosen.
#[derive(Clone, Copy)]
struct Fields {
    from: RwSignal<String>,
    until: RwSignal<String>,
    user: RwSignal<String>,
    event: RwSignal<String>,
    object: RwSignal<String>,
    origin: RwSignal<String>,
    record: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        let [from, until, user, event, object, origin, record] =
            std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { from, until, user, event, object, origin, record }
    }

    fn all(self) -> [(&'static str, RwSignal<String>); 7] {
        [
            ("from", self.from),
            ("until", self.until),
            ("user", self.user),
            ("event", self.event),
            ("object", self.object),
            ("origin", self.origin),
            ("record", self.record),
        ]
    }

    /// Shows what an address asks for.
    fn follow(self, request: &AuditRequest) {
        let pairs = request.to_query();
        for (name, field) in self.all() {
            let value = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
            field.set(value.unwrap_or_default());
        }
    }

    fn request(self) -> AuditRequest {
        let typed = self.all().map(|(name, field)| (name, field.get_untracked()));
        AuditRequest::from_query(|key| {
            typed.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
        })
    }
}

/// The form.
pub(super) fn filters(request: Memo<AuditRequest>) -> AnyView {
    let text = use_text();
    let fields = Fields::new();
    request.with_untracked(|request| fields.follow(request));
    Effect::new(move |_| fields.follow(&request.read()));
    let navigate = use_navigate();
    let form = NodeRef::<html::Form>::new();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let (true, Some(form)) = (is_phone(), form.get_untracked()) {
            fold(&form);
        }
        navigate(&address(&fields.request()), NavigateOptions::default());
    };
    let clear = move || {
        request.read().is_narrowed().then(|| {
            view! {
                <LinkButton href="/admin/audit" variant=Variant::Quiet size=Size::Sm>
                    {text.audit_clear()}
                </LinkButton>
            }
        })
    };
    view! {
        <Section title=text.audit_filters() open=false actions=clear>
            <form
                method="get"
                action="/admin/audit"
                class="audit-filters"
                node_ref=form
                on:submit=send
            >
                {period(text, fields)}
                {choices(text, fields)}
                <div class="cluster">
                    <Button kind=ButtonKind::Submit icon="list-filter">
                        {text.audit_show()}
                    </Button>
                </div>
            </form>
        </Section>
    }
    .into_any()
}

/// Folds the form away: on a phone it stands between the button and the list that was asked for.
fn fold(form: &web_sys::HtmlFormElement) {
    if let Ok(Some(details)) = form.closest("details") {
        // The only failure there is: no such attribute.
        let _ = details.remove_attribute("open");
    }
}

fn period(text: Text, fields: Fields) -> AnyView {
    let parse =
        Callback::new(|typed: String| Date::parse(&typed).ok().map(|date| date.to_string()));
    view! {
        <DateField
            value=fields.from
            name="from"
            label=text.audit_from()
            placeholder=text.hint_date()
            parse=parse
        />
        <DateField
            value=fields.until
            name="until"
            label=text.audit_until()
            placeholder=text.hint_date()
            parse=parse
        />
    }
    .into_any()
}

fn choices(text: Text, fields: Fields) -> AnyView {
    let people = use_boot().with_value(|boot| {
        let all =
            boot.colleagues.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone()));
        let system = Choice::new(UserId::NIL.to_string(), text.timeline_system());
        all.chain([system]).collect::<Vec<_>>()
    });
    let events: Vec<Choice> =
        Event::ALL.map(|event| Choice::new(event.code(), words::event(text, event))).into();
    let objects: Vec<Choice> =
        Object::ALL.map(|object| Choice::new(object.code(), words::object(text, object))).into();
    let origins: Vec<Choice> =
        Origin::ALL.map(|origin| Choice::new(origin.code(), words::origin(text, origin))).into();
    let all = text.audit_all();
    view! {
        <SelectField value=fields.user name="user" label=text.audit_who() options=people placeholder=all />
        <SelectField value=fields.event name="event" label=text.audit_event() options=events placeholder=all />
        <SelectField value=fields.object name="object" label=text.audit_object() options=objects placeholder=all />
        <SelectField value=fields.origin name="origin" label=text.audit_source() options=origins placeholder=all />
        <TextField
            value=fields.record
            name="record"
            label=text.audit_record()
            placeholder="C-1042"
            maxlength=36
        />
    }
    .into_any()
}
