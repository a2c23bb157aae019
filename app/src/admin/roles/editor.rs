//! One role: its name and every right with how far it reaches, beside another role for comparison.
//! Roles that every installation has are looked at and copied; those made here are changed.

use super::{
    Screen, address,
    api::{RoleLine, save_role},
    back, copy_address,
    details::{self, Details},
    review,
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, words},
    ui::{Banner, Button, Choice, LinkButton, Need, SelectField, TextField, Tone, Variant},
};
use domain::{
    failure::Failure,
    id::RoleId,
    policy::{Action, CHOOSABLE, Choosable, DetailRules, Held, Object, Reach, Rights},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A right that is chosen.
#[derive(Clone, Copy)]
struct Cell {
    right: Choosable,
    /// Code of the reach.
    chosen: RwSignal<String>,
}

/// What is typed and chosen, and what stood there before.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    screen: Screen,
    /// The role; none for a new one.
    id: Option<RoleId>,
    pub name: RwSignal<String>,
    cells: StoredValue<Vec<Cell>>,
    details: StoredValue<Details>,
    before: StoredValue<(String, Rights)>,
    /// How many hold the role.
    pub people: i64,
    /// The question before it is saved is open.
    pub reviewing: RwSignal<bool>,
    trouble: RwSignal<Option<AppError>>,
}

/// One thing that is to change, in words.
pub(super) struct Changed {
    pub what: String,
    pub before: &'static str,
    pub after: &'static str,
}

impl Editor {
    pub(super) fn screen(self) -> Screen {
        self.screen
    }

    /// The rights as they are chosen; followed by whoever reads them.
    pub(super) fn rights(self) -> Rights {
        let rights = self.cells.with_value(|cells| {
            cells.iter().fold(Rights::default(), |rights, cell| {
                let reach = Reach::from_code(&cell.chosen.read()).unwrap_or_default();
                rights.set(cell.right.object, cell.right.action, reach)
            })
        });
        self.details.with_value(|details| details.of(rights))
    }

    pub(super) fn details(self) -> StoredValue<Details> {
        self.details
    }

    /// The rights and details that are to change.
    pub(super) fn changes(self) -> Vec<Changed> {
        let text = self.screen.text;
        let after = self.rights();
        let before = self.before.with_value(|(_, rights)| *rights);
        let mut all = Vec::new();
        for right in CHOOSABLE {
            let [old, new] = [before, after].map(|rights| rights.reach(right.action, right.object));
            if old != new {
                let action = words::action_title(text, right.action);
                all.push(Changed {
                    what: text.role_right(action, words::object_title(text, right.object)),
                    before: words::reach_title(text, old),
                    after: words::reach_title(text, new),
                });
            }
        }
        all.extend(details::changes(text, before.details(), after.details()));
        if before.asks_reason() != after.asks_reason() {
            let said = |asks| if asks { text.audit_yes() } else { text.audit_no() };
            all.push(Changed {
                what: text.role_asks_reason().to_owned(),
                before: said(before.asks_reason()),
                after: said(after.asks_reason()),
            });
        }
        all
    }

    /// How many things are to change, the name among them.
    fn number(self) -> i64 {
        let renamed = self.before.with_value(|(name, _)| *self.name.read() != *name);
        i64::try_from(self.changes().len()).unwrap_or(i64::MAX) + i64::from(renamed)
    }

    /// Shortens what reaches further than goes with the rest.
    pub(super) fn keep_sound(self) {
        let rights = untrack(|| self.rights());
        let import = rights.reach(Action::Import, Object::Import);
        self.details.with_value(|details| details.keep_sound(import));
        self.cells.with_value(|cells| {
            for cell in cells {
                let reach = rights.reach(cell.right.action, cell.right.object);
                let longest = cell.right.offered(&rights).max().unwrap_or_default();
                if reach > longest {
                    cell.chosen.set(longest.code().to_owned());
                }
            }
        });
    }

    fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(errors)) => {
                    errors.about(field).map(|error| words::field_error(self.screen.text, error))
                }
                _ => None,
            })
        })
    }

    /// Saves, and shows the role as it is then.
    pub(super) fn save(self) {
        let screen = self.screen;
        if screen.busy.get_untracked() {
            return;
        }
        screen.busy.set(true);
        let navigate = use_navigate();
        let name = self.name.get_untracked();
        let rights = untrack(|| self.rights());
        let call = {
            let name = name.clone();
            move || save_role(self.id, name.clone(), rights)
        };
        screen.confirming.call(call, move |answer| {
            screen.busy.try_set(false);
            self.reviewing.try_set(false);
            match answer {
                Ok(id) => {
                    screen.toasts.done(screen.text.structure_saved(name.trim()));
                    let replace = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate(&address(Held::Own(id)), replace);
                    screen.again.try_run(());
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }
}

/// The role of `line`, or a new one that begins as its copy.
pub(super) fn editor(screen: Screen, line: RoleLine, copy: bool, roles: Vec<RoleLine>) -> AnyView {
    let text = screen.text;
    let title = words::role_name(text, &line.name);
    let id = match line.held {
        Held::Own(id) if !copy => Some(id),
        _ => None,
    };
    let name = if copy { text.role_copy_of(&title) } else { title.clone() };
    let rights = line.rights;
    let cells = CHOOSABLE.into_iter().map(|right| {
        let reach = rights.reach(right.action, right.object);
        let longest = right.reaches.iter().copied().filter(|offered| *offered <= reach).max();
        Cell { right, chosen: RwSignal::new(longest.unwrap_or_default().code().to_owned()) }
    });
    let editor = Editor {
        screen,
        id,
        name: RwSignal::new(name),
        cells: StoredValue::new(cells.collect()),
        details: StoredValue::new(Details::new(&rights)),
        before: StoredValue::new(if copy {
            (String::new(), Rights::default().with_details(DetailRules::OPEN))
        } else {
            (title.clone(), rights)
        }),
        people: if copy { 0 } else { line.people },
        reviewing: RwSignal::new(false),
        trouble: RwSignal::new(None),
    };
    let fixed = id.is_none() && !copy;
    let beside = RwSignal::new(String::new());
    let head = if fixed { fixed_head(screen, &line, title) } else { name_field(editor) };
    let other = compare(text, beside, &roles, line.held);
    let beside = Signal::derive(move || {
        let code = beside.get();
        roles.iter().find(|line| line.held.to_string() == code).map(|line| line.rights)
    });
    let objects =
        [Object::Account, Object::Person, Object::Activity, Object::Import, Object::Audit];
    let cards = objects.map(|object| card(editor, object, fixed, beside)).collect_view();
    let finish = (!fixed).then(|| finish(editor));
    view! {
        <div class="cluster">{back(text)}</div>
        <section class="card form">{head} {other}</section>
        {cards}
        {finish}
    }
    .into_any()
}

fn fixed_head(screen: Screen, line: &RoleLine, title: String) -> AnyView {
    let text = screen.text;
    let hint = match line.held {
        Held::BuiltIn(role) => words::role_hint(text, role),
        Held::Own(_) => "",
    };
    view! {
        <div class="setting">
            <div class="setting-text">
                <h2 class="setting-title">{title}</h2>
                <p class="sub">{hint}</p>
                <p class="sub">{text.role_fixed()}</p>
            </div>
            <LinkButton href=copy_address(line.held) icon="copy">
                {text.role_copy()}
            </LinkButton>
        </div>
    }
    .into_any()
}

fn name_field(editor: Editor) -> AnyView {
    let text = editor.screen.text;
    let refused = move || {
        let error = editor.trouble.get()?;
        // A right that was refused has no line of its own.
        let at_name = matches!(
            &error,
            AppError::Failure(Failure::Invalid(errors)) if errors.about("name").is_some()
        );
        (!at_name).then(|| view! { <Banner tone=Tone::Bad>{save_trouble(text, &error)}</Banner> })
    };
    view! {
        {refused}
        <TextField
            value=editor.name
            label=text.structure_name()
            name="name"
            id="f-role-name"
            autocomplete="off"
            maxlength=60
            need=Need::Required
            error=editor.error("name")
        />
    }
    .into_any()
}

/// The choice of a role to compare with.
fn compare(text: Text, beside: RwSignal<String>, roles: &[RoleLine], but: Held) -> AnyView {
    let others = roles.iter().filter(|line| line.held != but);
    let options: Vec<Choice> = others
        .map(|line| Choice::new(line.held.to_string(), words::role_name(text, &line.name)))
        .collect();
    view! {
        <SelectField
            value=beside
            options=options
            label=text.role_compare()
            name="compare"
            placeholder=text.role_compare_none()
        />
    }
    .into_any()
}

/// The rights on one kind of record.
fn card(editor: Editor, object: Object, fixed: bool, beside: Signal<Option<Rights>>) -> AnyView {
    let text = editor.screen.text;
    let cells: Vec<Cell> = editor.cells.with_value(|cells| {
        cells.iter().filter(|cell| cell.right.object == object).copied().collect()
    });
    let fields = cells.into_iter().map(|cell| field(editor, cell, fixed, beside)).collect_view();
    let details = details::part(editor, object, fixed, beside);
    view! {
        <section class="card">
            <h2 class="card-title">{words::object_title(text, object)}</h2>
            <div class="rights">{fields}</div>
            {details}
        </section>
    }
    .into_any()
}

fn field(editor: Editor, cell: Cell, fixed: bool, beside: Signal<Option<Rights>>) -> AnyView {
    let text = editor.screen.text;
    let Choosable { object, action, .. } = cell.right;
    let label = words::action_title(text, action);
    let name = cell.right.field();
    let options = Signal::derive(move || {
        let rights = editor.rights();
        let offered: Vec<Reach> = cell.right.offered(&rights).collect();
        let choice = |reach: &Reach| Choice::new(reach.code(), words::reach_title(text, *reach));
        offered.iter().map(choice).collect::<Vec<_>>()
    });
    let differs = move || {
        let other = beside.get()?.reach(action, object);
        let own = Reach::from_code(&cell.chosen.read()).unwrap_or_default();
        let word = words::reach_title(text, other);
        (other != own).then(|| view! { <p class="sub right-differs">{text.role_there(word)}</p> })
    };
    let control = if fixed {
        let reach = Reach::from_code(&cell.chosen.get_untracked()).unwrap_or_default();
        view! {
            <p class="field-label">{label}</p>
            <p>{words::reach_title(text, reach)}</p>
        }
        .into_any()
    } else {
        view! {
            <SelectField
                value=cell.chosen
                options=options
                label=label
                name=name.clone()
                id=format!("f-{}", name.replace('.', "-"))
                on_change=move |_| editor.keep_sound()
            />
        }
        .into_any()
    };
    view! { <div class="right">{control} {differs}</div> }.into_any()
}

/// What is to change, counted, and the way to look it through before it is saved.
fn finish(editor: Editor) -> AnyView {
    let text = editor.screen.text;
    let number = Memo::new(move |_| editor.number());
    let nothing = Signal::derive(move || number.get() == 0);
    view! {
        <div class="save-bar">
            <span class="save-bar-status" role="status">
                {move || text.role_changes(number.get())}
            </span>
            <div class="save-bar-actions">
                <Button
                    variant=Variant::Primary
                    disabled=nothing
                    on_click=move |_| editor.reviewing.set(true)
                >
                    {text.role_review()}
                </Button>
            </div>
        </div>
        {review::dialog(editor)}
    }
    .into_any()
}

/// A role made here, in a line: whose customers it shows.
pub(super) fn summary(text: Text, rights: &Rights) -> String {
    let seen = rights.reach(Action::View, Object::Account);
    text.role_right(words::reach_title(text, seen), words::object_title(text, Object::Account))
}
