//! One role: its name and every right with how far it reaches, beside another role for comparison.
//! Roles that every installation has are looked at and copied; those made here are changed.

use super::{
    Screen, address,
    api::{RoleLine, save_role},
    back,
    details::{self, Details},
    head, review, table, warnings,
};
use crate::{
    error::AppError,
    i18n::{Text, words},
    ui::{Button, Variant},
};
use domain::{
    failure::Failure,
    id::RoleId,
    policy::{Action, CHOOSABLE, Choosable, DetailRules, Held, Object, Reach, Rights, filled},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// A right that is chosen.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub right: Choosable,
    /// Code of the reach.
    pub chosen: RwSignal<String>,
}

/// Whether two rights differ in some part.
pub(super) type Differs = Box<dyn Fn(&Rights, &Rights) -> bool + Send + Sync>;

/// What does not change while a role is edited.
pub(super) struct Known {
    /// The role that is looked at, or that a new one is a copy of.
    pub held: Held,
    /// The role; none for a new one.
    pub id: Option<RoleId>,
    cells: StoredValue<Vec<Cell>>,
    /// Its name and rights before; of a new one none.
    before: (String, Rights),
    /// The rights it begins with here; what is another since is marked.
    pub first: Rights,
    /// How many hold the role.
    pub people: i64,
    /// What they hold besides, summed up, and how many of them.
    pub others: Vec<(Rights, i64)>,
    /// All roles.
    pub roles: Vec<RoleLine>,
}

/// What is typed and chosen, and what stood there before.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    screen: Screen,
    /// It is not to be changed.
    pub fixed: bool,
    pub name: RwSignal<String>,
    details: StoredValue<Details>,
    known: StoredValue<Known>,
    /// The rights as they are chosen.
    now: Memo<Rights>,
    /// Code of the role it is compared with; empty for none.
    pub beside: RwSignal<String>,
    /// Only what differs is shown.
    pub only: RwSignal<bool>,
    /// The question before it is saved is open.
    pub reviewing: RwSignal<bool>,
    pub trouble: RwSignal<Option<AppError>>,
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
        self.now.get()
    }

    /// Asks for what does not change.
    pub(super) fn known<T>(self, ask: impl FnOnce(&Known) -> T) -> T {
        self.known.with_value(ask)
    }

    /// The rights it began with here.
    pub(super) fn first(self) -> Rights {
        self.known(|known| known.first)
    }

    /// The rights that can be chosen.
    pub(super) fn cells(self) -> Vec<Cell> {
        self.known(|known| known.cells.get_value())
    }

    pub(super) fn details(self) -> StoredValue<Details> {
        self.details
    }

    /// The role it is compared with, followed by whoever reads it.
    pub(super) fn compared(self) -> Option<Rights> {
        let code = self.beside.read();
        self.known(|known| {
            known.roles.iter().find(|line| line.held.to_string() == *code).map(|line| line.rights)
        })
    }

    /// What differences are told from: the role it is compared with, else how it began.
    fn reference(self) -> Rights {
        self.compared().unwrap_or_else(|| self.first())
    }

    /// Left out because only differences are shown and there is none: `differs` tells with both rights.
    pub(super) fn leaves_out(self, differs: Differs) -> Signal<bool> {
        Signal::derive(move || self.only.get() && !differs(&self.now.read(), &self.reference()))
    }

    /// The rights and details that are to change.
    pub(super) fn changes(self) -> Vec<Changed> {
        let text = self.screen.text;
        let after = self.rights();
        let before = self.known(|known| known.before.1);
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
        let renamed = self.known(|known| *self.name.read() != known.before.0);
        i64::try_from(self.changes().len()).unwrap_or(i64::MAX) + i64::from(renamed)
    }

    /// Shortens what reaches further than goes with the rest.
    pub(super) fn keep_sound(self) {
        self.fill(|_| false, Reach::None);
    }

    /// Sets those rights that `which` names as far as `wanted` and what goes with the rest allow.
    pub(super) fn fill(self, which: impl Fn(Choosable) -> bool, wanted: Reach) {
        let rights = filled(&untrack(|| self.rights()), which, wanted);
        let import = rights.reach(Action::Import, Object::Import);
        self.details.with_value(|details| details.keep_sound(import));
        for cell in self.cells() {
            let code = rights.reach(cell.right.action, cell.right.object).code();
            if *cell.chosen.read_untracked() != code {
                cell.chosen.set(code.to_owned());
            }
        }
    }

    pub(super) fn error(self, field: &'static str) -> Signal<Option<String>> {
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
        let id = self.known(|known| known.id);
        let call = {
            let name = name.clone();
            move || save_role(id, name.clone(), rights)
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

/// The rights as they are chosen, followed by whoever asks.
fn chosen(cells: StoredValue<Vec<Cell>>, details: StoredValue<Details>) -> Rights {
    let rights = cells.with_value(|cells| {
        cells.iter().fold(Rights::default(), |rights, cell| {
            let reach = Reach::from_code(&cell.chosen.read()).unwrap_or_default();
            rights.set(cell.right.object, cell.right.action, reach)
        })
    });
    details.with_value(|details| details.of(&rights))
}

/// The role of `line`, or a new one that begins as its copy.
pub(super) fn editor(screen: Screen, line: RoleLine, copy: bool, roles: Vec<RoleLine>) -> AnyView {
    let text = screen.text;
    let title = words::role_name(text, &line.name);
    let id = match line.held {
        Held::Own(id) if !copy => Some(id),
        _ => None,
    };
    let rights = line.rights;
    let cell = |right: Choosable| {
        let reach = rights.reach(right.action, right.object);
        let longest = right.reaches.iter().copied().filter(|offered| *offered <= reach).max();
        Cell { right, chosen: RwSignal::new(longest.unwrap_or_default().code().to_owned()) }
    };
    let cells = StoredValue::new(CHOOSABLE.map(cell).to_vec());
    let details = StoredValue::new(Details::new(&rights));
    let now = Memo::new(move |_| chosen(cells, details));
    let (people, others) = if copy { (0, Vec::new()) } else { (line.people, line.others) };
    let editor = Editor {
        screen,
        fixed: id.is_none() && !copy || !screen.may_change,
        name: RwSignal::new(if copy { text.role_copy_of(&title) } else { title.clone() }),
        details,
        known: StoredValue::new(Known {
            held: line.held,
            id,
            cells,
            before: if copy {
                (String::new(), Rights::default().with_details(DetailRules::OPEN))
            } else {
                (title.clone(), rights)
            },
            first: now.get_untracked(),
            people,
            others,
            roles,
        }),
        now,
        beside: RwSignal::new(String::new()),
        only: RwSignal::new(false),
        reviewing: RwSignal::new(false),
        trouble: RwSignal::new(None),
    };
    view! {
        <div class="cluster">{back(text)}</div>
        {head::head(editor, title)}
        {table::card(editor)}
        {warnings::under(editor)}
        {details::card(editor)}
        {(!editor.fixed).then(|| finish(editor))}
    }
    .into_any()
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
