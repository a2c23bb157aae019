//! What is typed, shown and chosen in a combobox, and the moves between them.

use leptos::prelude::*;

use super::ComboOption;

/// What ends a tag that is being typed. Chinese marks count.
const COMMAS: [char; 6] = [',', '，', '、', ';', '；', '\n'];

/// What the caller of a combobox wants to do and to hear.
#[derive(Clone, Copy, Default)]
pub(crate) struct ComboHow {
    /// More than one may be chosen.
    pub multi: bool,
    /// What is typed is as good as a choice (tags).
    pub free: bool,
    /// The options answer a query, and may be late.
    pub searches: bool,
    pub on_change: Option<Callback<Vec<ComboOption>>>,
    pub on_create: Option<Callback<String>>,
    pub create_text: Option<Callback<String, String>>,
    pub on_unmatched: Option<Callback<bool>>,
}

/// The moving parts of one combobox.
#[derive(Clone, Copy)]
pub(crate) struct ComboState {
    pub query: RwSignal<String>,
    pub open: RwSignal<bool>,
    pub active: RwSignal<usize>,
    pub chosen: RwSignal<Vec<ComboOption>>,
    pub how: ComboHow,
    options: Signal<Vec<ComboOption>>,
    /// A row is being pressed: an answer that comes now would take it from under the finger.
    pub pressed: RwSignal<bool>,
    rows: Memo<Vec<ComboOption>>,
    /// The arrow keys chose the highlighted row.
    moved: RwSignal<bool>,
    /// The text the last query was about, and the one the options answer.
    asked: StoredValue<String>,
    answered: RwSignal<Option<String>>,
    /// The field was left with a text that stands for no option.
    unmatched: RwSignal<bool>,
}

impl ComboState {
    pub fn new(
        chosen: RwSignal<Vec<ComboOption>>,
        options: Signal<Vec<ComboOption>>,
        how: ComboHow,
    ) -> Self {
        let pressed = RwSignal::new(false);
        let rows = Memo::new(move |before: Option<&Vec<ComboOption>>| match before {
            Some(before) if pressed.get() => before.clone(),
            _ => {
                let mut rows = options.get();
                if how.multi {
                    chosen.with(|chosen| {
                        rows.retain(|row| !chosen.iter().any(|other| other.value == row.value));
                    });
                }
                rows
            }
        });
        let state = Self {
            query: RwSignal::new(String::new()),
            open: RwSignal::new(false),
            active: RwSignal::new(0),
            chosen,
            how,
            options,
            pressed,
            rows,
            moved: RwSignal::new(false),
            asked: StoredValue::new(String::new()),
            answered: RwSignal::new(None),
            unmatched: RwSignal::new(false),
        };
        state.query.set(state.resting_text());
        Effect::new(move || {
            chosen.track();
            if !how.multi && !state.open.get_untracked() && !state.unmatched.get_untracked() {
                state.query.set(state.resting_text());
            }
        });
        Effect::new(move |ran: Option<()>| {
            options.track();
            if ran.is_some() {
                state.answered.set(Some(state.asked.get_value()));
            }
        });
        state
    }

    /// Notes what is asked for next: the options that come answer the text as it is now.
    pub fn asks(self) {
        self.asked.set_value(self.query.get_untracked());
    }

    /// Whether the options answer the text as it is now.
    pub fn settled(self) -> bool {
        !self.how.searches
            || self.query.with(|query| {
                self.answered.with(|answered| answered.as_deref() == Some(query.as_str()))
            })
    }

    /// Whether something was typed that is not the chosen entry.
    pub fn typing(self) -> bool {
        let text = self.query.get();
        !text.trim().is_empty() && (self.how.multi || text != self.resting_text())
    }

    /// The text changed: the list starts over.
    pub fn typed(self) {
        if self.how.free {
            self.take_commas();
        }
        self.matched();
        self.open_list();
    }

    pub fn open_list(self) {
        self.open.set(true);
        self.active.set(0);
        self.moved.set(false);
    }

    /// Moves the highlight by one row, round and round.
    pub fn step(self, down: bool) {
        let rows = self.row_count();
        if rows > 0 {
            // The first step into a list that highlights nothing yet is onto its first row.
            let first = untrack(|| self.active_row()).is_none();
            let by = if down { 1 } else { rows - 1 };
            self.moved.set(true);
            self.active.update(|row| *row = if first { *row } else { (*row + by) % rows });
        }
    }

    /// What Enter does; `false` if it means nothing here.
    pub fn enter(self) -> bool {
        if !self.open.get_untracked() {
            return false;
        }
        let typing = untrack(|| self.typing());
        if self.how.free && typing && !self.moved.get_untracked() {
            self.take_typed();
        } else if untrack(|| self.settled()) && self.row_count() > 0 {
            self.take(self.active.get_untracked());
        } else {
            // Before the answer is there, nothing may be taken for what was typed.
            return typing;
        }
        true
    }

    /// What the field says while nobody types: the chosen entry, if it can only be one.
    fn resting_text(self) -> String {
        if self.how.multi {
            return String::new();
        }
        self.chosen
            .with_untracked(|chosen| chosen.first().map(|c| c.label.clone()).unwrap_or_default())
    }

    /// The matches that are not chosen yet.
    pub fn rows(self) -> Vec<ComboOption> {
        self.rows.get()
    }

    /// The text that can become a new entry.
    pub fn new_entry(self) -> Option<String> {
        self.how.on_create?;
        let text = self.query.get().trim().to_owned();
        let known = |list: &Vec<ComboOption>| list.iter().any(|option| option.label == text);
        (!text.is_empty() && !self.options.with(known) && !self.chosen.with(known)).then_some(text)
    }

    pub fn row_count(self) -> usize {
        untrack(|| self.rows().len() + usize::from(self.new_entry().is_some()))
    }

    /// Whether the list has anything to show; `says_none` if it says that nothing matches.
    pub fn list_shows(self, says_none: bool) -> bool {
        let rows = || !self.rows().is_empty() || self.new_entry().is_some();
        self.open.get() && (rows() || (says_none && self.typing()))
    }

    /// The highlighted row, while the list shows. While a tag is typed there is none until the
    /// arrow keys choose one: Enter takes the typed text.
    pub fn active_row(self) -> Option<usize> {
        let rows = self.rows().len() + usize::from(self.new_entry().is_some());
        let none = self.how.free && !self.moved.get() && self.typing();
        (self.open.get() && rows > 0 && !none).then(|| self.active.get().min(rows - 1))
    }

    /// Takes the row at this place.
    pub fn take(self, row: usize) {
        let rows = untrack(|| self.rows());
        if let Some(option) = rows.into_iter().nth(row) {
            self.choose(option);
        } else if let Some(text) = untrack(|| self.new_entry()) {
            self.create(text);
        }
    }

    /// Takes what is typed: the option of that name, or a new entry.
    fn take_typed(self) {
        let text = self.query.get_untracked().trim().to_owned();
        let rows = untrack(|| self.rows());
        if let Some(option) = rows.into_iter().find(|option| option.label == text) {
            self.choose(option);
        } else if untrack(|| self.new_entry()).is_some() {
            self.create(text);
        } else {
            self.query.set(String::new());
        }
    }

    fn create(self, text: String) {
        self.query.set(String::new());
        self.open.set(false);
        if let Some(on_create) = self.how.on_create {
            on_create.run(text);
        }
    }

    fn choose(self, option: ComboOption) {
        self.chosen.update(|chosen| {
            if !self.how.multi {
                chosen.clear();
            }
            chosen.push(option);
        });
        self.active.set(0);
        self.moved.set(false);
        self.matched();
        if self.how.multi {
            self.query.set(String::new());
        } else {
            self.open.set(false);
            self.query.set(self.resting_text());
        }
        self.changed();
    }

    /// Every text that a comma has ended becomes an entry.
    fn take_commas(self) {
        let text = self.query.get_untracked();
        let Some((done, rest)) = text.rsplit_once(COMMAS) else {
            return;
        };
        for entry in done.split(COMMAS) {
            let entry = entry.trim();
            if !entry.is_empty()
                && let Some(on_create) = self.how.on_create
            {
                on_create.run(entry.to_owned());
            }
        }
        self.query.set(rest.trim_start().to_owned());
    }

    pub fn remove(self, value: &str) {
        self.chosen.update(|chosen| chosen.retain(|option| option.value != value));
        self.changed();
    }

    pub fn drop_last(self) {
        self.chosen.update(|chosen| {
            chosen.pop();
        });
        self.changed();
    }

    /// Closes the list. Emptying the text of a single choice clears it.
    pub fn close(self) {
        let Some(was_open) = self.open.try_get_untracked() else { return };
        self.open.set(false);
        self.matched();
        let emptied = was_open && !self.how.multi && self.query.with_untracked(String::is_empty);
        if emptied && self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
            self.chosen.set(Vec::new());
            self.changed();
        }
        self.query.set(self.resting_text());
    }

    /// The field is left. A typed tag is taken; a text that stands for nothing is kept, and said.
    pub fn leave(self) {
        if self.open.try_get_untracked().is_none() {
            return;
        }
        let typing = untrack(|| self.typing());
        if self.how.free && typing {
            self.take_typed();
        } else if typing && self.how.on_unmatched.is_some() {
            self.open.set(false);
            self.keep_unmatched();
            return;
        }
        self.close();
    }

    fn keep_unmatched(self) {
        let text = self.query.get_untracked().trim().to_owned();
        let mut rows = untrack(|| self.rows()).into_iter().filter(|option| option.label == text);
        // The only option of that very name is meant.
        if let (true, Some(option), None) = (untrack(|| self.settled()), rows.next(), rows.next()) {
            self.choose(option);
            return;
        }
        if self.unmatched.get_untracked() {
            return;
        }
        self.unmatched.set(true);
        if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
            self.chosen.set(Vec::new());
            self.changed();
        }
        if let Some(on_unmatched) = self.how.on_unmatched {
            on_unmatched.run(true);
        }
    }

    /// Nothing is unmatched any more.
    fn matched(self) {
        if self.unmatched.get_untracked() {
            self.unmatched.set(false);
            if let Some(on_unmatched) = self.how.on_unmatched {
                on_unmatched.run(false);
            }
        }
    }

    fn changed(self) {
        if let Some(on_change) = self.how.on_change {
            on_change.run(self.chosen.get_untracked());
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn option(name: &str) -> ComboOption {
        ComboOption::new(name, name)
    }

    /// A combobox, its options, and what it said was unmatched or created.
    struct Bench {
        state: ComboState,
        options: RwSignal<Vec<ComboOption>>,
        unmatched: RwSignal<bool>,
        created: RwSignal<Vec<String>>,
    }

    fn bench(free: bool, run: impl FnOnce(Bench)) {
        let owner = Owner::new();
        owner.with(|| {
            let options = RwSignal::new(Vec::new());
            let unmatched = RwSignal::new(false);
            let created = RwSignal::new(Vec::new());
            let create = Callback::new(move |text: String| created.update(|all| all.push(text)));
            let how = ComboHow {
                multi: free,
                free,
                searches: true,
                on_create: free.then_some(create),
                on_unmatched: (!free).then(|| Callback::new(move |on| unmatched.set(on))),
                ..ComboHow::default()
            };
            let state = ComboState::new(RwSignal::new(Vec::new()), options.into(), how);
            run(Bench { state, options, unmatched, created });
        });
        owner.unset_with_forced_cleanup();
    }

    impl Bench {
        fn types(&self, text: &str) {
            self.state.query.set(text.to_owned());
            self.state.typed();
            self.state.asks();
        }

        /// The answer to the last query; effects do not run here, so it is noted by hand.
        fn answers(&self, options: &[&str]) {
            self.options.set(options.iter().map(|name| option(name)).collect());
            self.state.answered.set(Some(self.state.asked.get_value()));
        }

        fn chosen(&self) -> Vec<String> {
            self.state.chosen.get_untracked().into_iter().map(|option| option.value).collect()
        }
    }

    #[test]
    fn enter_waits_for_the_answer_to_what_is_typed() {
        bench(false, |bench| {
            bench.types("a");
            bench.answers(&["Acme"]);
            bench.types("ab");
            assert!(bench.state.enter());
            assert!(bench.chosen().is_empty());
            bench.answers(&["Abacus"]);
            assert!(bench.state.enter());
            assert_eq!(bench.chosen(), ["Abacus"]);
        });
    }

    #[test]
    fn a_typed_tag_comes_before_a_suggestion() {
        bench(true, |bench| {
            bench.types("VI");
            bench.answers(&["VIP"]);
            assert_eq!(bench.state.active_row(), None);
            bench.state.enter();
            assert_eq!(bench.created.get_untracked(), ["VI"]);
            bench.types("VI");
            bench.state.step(true);
            bench.state.enter();
            assert_eq!(bench.chosen(), ["VIP"]);
        });
    }

    #[test]
    fn leaving_takes_a_typed_tag_and_keeps_an_unknown_name() {
        bench(true, |bench| {
            bench.types("老客户");
            bench.state.leave();
            assert_eq!(bench.created.get_untracked(), ["老客户"]);
        });
        bench(false, |bench| {
            bench.types("Nobody Ltd");
            bench.answers(&[]);
            bench.state.leave();
            assert!(bench.unmatched.get_untracked());
            assert_eq!(bench.state.query.get_untracked(), "Nobody Ltd");
            bench.types("Acme");
            assert!(!bench.unmatched.get_untracked());
            bench.answers(&["Acme"]);
            bench.state.leave();
            assert_eq!(bench.chosen(), ["Acme"]);
        });
    }
}
