//! The list of customers and persons: tabs, search, quick filters, order, pages. Everything it
//! shows stands in the address, so it works without scripts and Back leads where one was.

pub mod address;
mod at_once;
mod empty;
mod follow;
mod foot;
mod keys;
mod pages;
mod row;
mod table;
mod toolbar;

pub(crate) use at_once::{Ticked, assigning, delete_button, put};
pub use row::{dial, joined, level_mark, status_chip};

use crate::{
    boot::use_boot,
    carried::{Awaited, Carried, carried},
    customers::api::{ListPage, Looser, count_list, list_accounts, list_people, loosen_list},
    error::AppError,
    export::{ExportDialog, Outgoing, export_buttons},
    frame::{WindowTitle, counted, use_changes, use_list_memory},
    i18n::{use_text, words},
    ui::{LinkButton, RowSelection, Skeleton, SkeletonKind, TabItem, Tabs, Variant, use_announcer},
};
use domain::{
    list::{ListRequest, Tab},
    page::Count,
    policy::{Action, Object},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use pages::{List as Pages, Rows, list_view};

/// What a list shows, or why nothing.
pub(crate) type ListAnswer = Result<(ListPage, Option<Looser>), AppError>;

/// What is counted: another list is another, and so is the same one after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The list, without its order and place.
    query: String,
    /// Changes anywhere that were heard of so far.
    changes: u64,
    /// Times that rows of this list went or came back.
    recounts: u64,
}

/// The parts of the list screen talk through these.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    /// What the address asks for.
    pub request: Memo<ListRequest>,
    /// Ids of the rows on show.
    pub ids: RwSignal<Vec<String>>,
    /// The ticked rows.
    pub selection: RowSelection,
    /// Rows are on their way.
    pub busy: RwSignal<bool>,
    /// How many there are.
    pub count: Carried<Result<Count, AppError>>,
    /// What that is the number of.
    pub counted: Memo<Counted>,
    /// All of them counted, once somebody asked, and what was counted.
    asked: RwSignal<Option<(Counted, Count)>>,
    /// The rows on show, unless there are none.
    pub rows: StoredValue<Option<Rows>>,
    /// Counts anew when it changes.
    recounts: RwSignal<u64>,
}

impl Screen {
    /// Rows of this list went or came back: counts them again, and leaves the others on show.
    fn count_again(self) {
        self.recounts.try_update(|times| *times = times.wrapping_add(1));
    }

    /// Counts all rows, and again when rows came or went meanwhile; kept for the list that it is the number of.
    async fn count_exactly(self) -> Result<(), AppError> {
        loop {
            let Some(counted) = self.counted.try_get_untracked() else { return Ok(()) };
            let count = count_list(counted.query.clone(), true).await?;
            let Some(now) = self.counted.try_get_untracked() else { return Ok(()) };
            if now == counted || now.query != counted.query {
                self.asked.try_set(Some((counted, count)));
                return Ok(());
            }
        }
    }

    /// The count that somebody asked for, if it is of what is on show. What shows it may be asked once more when the
    /// list is gone.
    fn exact(self) -> Option<Count> {
        let (asked, shown) = (self.asked.try_read()?, self.counted.try_read()?);
        asked.as_ref().filter(|(counted, _)| *counted == *shown).map(|(_, count)| *count)
    }
}

/// The list screen.
#[component]
pub fn List() -> impl IntoView {
    let text = use_text();
    let changes = use_changes();
    let query = use_query_map();
    let request =
        Memo::new(move |_| query.with(|query| ListRequest::from_query(|key| query.get_str(key))));
    let rows = carried(move || (request.get(), changes.count()), |(request, _)| read(request));
    let list = Memo::new(move |_| {
        let ListRequest { tab, search, filters, tag, .. } = request.get();
        let plain = ListRequest { tab, search, filters, tag, ..ListRequest::default() };
        address::query_of(&plain)
    });
    let recounts = RwSignal::new(0_u64);
    let counted = Memo::new(move |_| Counted {
        query: list.get(),
        changes: changes.count(),
        recounts: recounts.get(),
    });
    let count = carried(
        move || counted.get(),
        move |counted| count_rows(counted.query, request.get_untracked(), rows),
    );
    let ids = RwSignal::new(Vec::new());
    let screen = Screen {
        request,
        ids,
        selection: RowSelection::new(ids.into()),
        busy: RwSignal::new(false),
        count,
        counted,
        asked: RwSignal::new(None),
        rows: StoredValue::new(None),
        recounts,
    };
    say_count(screen);
    Effect::new(move || {
        // Another list: nothing of the old one stays ticked.
        list.track();
        screen.selection.clear();
    });
    follow::follow_while_empty(screen, rows);
    keys::register(screen);
    if let Some(memory) = use_list_memory() {
        on_cleanup(move || memory.left());
    }
    let content = rows.shown(move |(page, looser)| {
        list_view(screen, Pages { page, looser, request: request.get_untracked() })
    });
    view! {
        <WindowTitle text=Signal::derive(move || words::tab(text, request.read().tab).to_owned()) />
        <div class="page list-page">
            {head(screen)}
            {tabs(screen)}
            {toolbar::toolbar(screen)}
            {toolbar::bulk(screen)}
            <div class="panel list-panel" aria-busy=move || screen.busy.get().then_some("true")>
                {waiting(screen, content)}
            </div>
        </div>
    }
    .into_any()
}

/// The content, and in the browser a note of whether its next answer is on its way. On the server nobody looks
/// at the page meanwhile, and Leptos' own effect that takes the note may outlive the page it belongs to.
fn waiting(screen: Screen, content: Awaited) -> AnyView {
    let skeleton = || view! { <Skeleton kind=SkeletonKind::Table count=10 /> };
    if cfg!(feature = "ssr") {
        view! { <Transition fallback=skeleton>{content}</Transition> }.into_any()
    } else {
        view! {
            <Transition fallback=skeleton set_pending=screen.busy>
                {content}
            </Transition>
        }
        .into_any()
    }
}

/// Has the number of rows spoken whenever it changes: after a search, a filter, a deletion.
fn say_count(screen: Screen) {
    let text = use_text();
    let announcer = use_announcer();
    Effect::new(move |before: Option<Option<String>>| {
        let now = screen.count.get().and_then(Result::ok).map(|count| {
            let tab = screen.request.read_untracked().tab;
            if count.number == 0 {
                text.list_none_title().to_owned()
            } else {
                foot::in_words(text, tab, count)
            }
        });
        // While the next number is on its way, the one before stays what was said.
        let before = before.flatten();
        if let (Some(before), Some(now)) = (&before, &now)
            && before != now
        {
            announcer.say(now.clone());
        }
        now.or(before)
    });
}

/// One page of the list; when nothing fits, also what to drop.
async fn read(request: ListRequest) -> ListAnswer {
    let query = address::query_of(&request);
    let page = match request.tab {
        Tab::People => ListPage::People(list_people(query.clone()).await?),
        Tab::Companies | Tab::Individuals => {
            ListPage::Accounts(list_accounts(query.clone()).await?)
        }
    };
    let looser = if page.is_empty() && address::is_narrowed(&request) {
        loosen_list(query).await?
    } else {
        None
    };
    Ok((page, looser))
}

/// How many rows the list has. The server, which makes the rows for the same page, counts those when there are no
/// others. In the browser both are asked for at once.
async fn count_rows(
    query: String,
    request: ListRequest,
    rows: Carried<ListAnswer>,
) -> Result<Count, AppError> {
    if cfg!(feature = "ssr")
        && request.after.is_none()
        && let Ok((page, _)) = rows.await
        && let Some(count) = page.whole()
    {
        return Ok(count);
    }
    count_list(query, false).await
}

fn head(screen: Screen) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    let import = boot.with_value(|boot| boot.may(Action::Import, Object::Import));
    let may = move |action| {
        let object = screen.request.read().tab.object();
        boot.with_value(|boot| boot.may(action, object))
    };
    let create = Memo::new(move |_| may(Action::Create));
    let export = Memo::new(move |_| may(Action::Export));
    let sheet = RwSignal::new(false);
    let request = screen.request;
    let outgoing = Signal::derive(move || Outgoing::customers(text, &request.read()));
    let new = move || {
        let (href, label) = match screen.request.read().tab {
            Tab::Companies => ("/customers/new", text.customer_new_company()),
            Tab::Individuals => ("/customers/new?kind=individual", text.customer_new_individual()),
            Tab::People => ("/people/new", text.list_new_person()),
        };
        create.get().then(|| {
            view! {
                <LinkButton href=href variant=Variant::Primary icon="plus">
                    {label}
                </LinkButton>
            }
        })
    };
    view! {
        <header class="page-head">
            <h1 class="page-title" id="page-title" tabindex="-1">
                {move || title(screen.request.read().tab)}
            </h1>
            {counted(screen.count, move || screen.exact())}
            <div class="page-actions">
                {import
                    .then(|| {
                        view! {
                            <LinkButton href="/import" icon="upload">
                                {text.list_import()}
                            </LinkButton>
                        }
                    })}
                {move || export.get().then(|| export_buttons(sheet, import))}
                {new}
            </div>
        </header>
        {move || {
            export.get().then(|| view! { <ExportDialog open=sheet request=outgoing /> })
        }}
    }
    .into_any()
}

fn title(tab: Tab) -> &'static str {
    let text = use_text();
    match tab {
        Tab::People => text.nav_people(),
        Tab::Companies | Tab::Individuals => text.list_title(),
    }
}

fn tabs(screen: Screen) -> AnyView {
    let (text, boot) = (use_text(), use_boot());
    let current = Signal::derive(move || screen.request.read().tab.code().to_owned());
    // What is searched for goes along from tab to tab.
    let search = Memo::new(move |_| screen.request.read().search.clone());
    let tabs = move || {
        let seen = |tab: &&Tab| boot.with_value(|boot| boot.may(Action::View, tab.object()));
        let tabs = Tab::ALL
            .iter()
            .filter(seen)
            .map(|tab| {
                let href = address::tab(*tab, &search.read());
                TabItem::new(tab.code(), words::tab(text, *tab), href)
            })
            .collect();
        view! { <Tabs label=text.list_tabs() tabs=tabs current=current /> }
    };
    view! { <div class="view-tabs">{tabs}</div> }.into_any()
}
