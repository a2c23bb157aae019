//! Choosing files: button first, dropping second. One native input covers the area, so both work
//! without scripts and with the keyboard.

use leptos::{ev::Event, html::Input, prelude::*, web_sys};

use super::{
    Icon, Need, ProgressBar, Text,
    field::{Frame, field_id, framed, invalid},
    filled, given, use_words,
};

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadItem {
    /// Tells it from the others.
    pub key: String,
    /// The file's name.
    pub name: String,
    /// Its size, formatted.
    pub size: String,
    /// 0 to 100 while it is on its way.
    pub percent: Option<u8>,
    /// Why it failed.
    pub error: Option<String>,
    /// It has arrived.
    pub done: bool,
}

/// An area for files with its rules shown before anything fails.
#[component]
pub fn FileDrop(
    /// Wording above the area.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// Wording of the button inside: "Choose a file or drop it here".
    #[prop(into)]
    choose: Text,
    /// Which types and how large.
    #[prop(optional, into)]
    hint: Text,
    /// Accepted types, as in HTML.
    #[prop(optional, into)]
    accept: Text,
    /// More than one file.
    #[prop(optional)]
    multiple: bool,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether a file is needed.
    #[prop(optional)]
    need: Need,
    /// The chosen files. Without it the form sends them.
    #[prop(optional, into)]
    on_files: Option<Callback<Vec<web_sys::File>>>,
    /// Files on their way.
    #[prop(optional, into)]
    items: Signal<Vec<UploadItem>>,
    /// Takes a file out, by key.
    #[prop(optional, into)]
    on_remove: Option<Callback<String>>,
    /// Sends a failed file again, by key.
    #[prop(optional, into)]
    on_retry: Option<Callback<String>>,
) -> AnyView {
    let id = field_id(&Text::default(), &name);
    let frame = Frame {
        id: id.clone(),
        label,
        hide_label: false,
        need,
        hint,
        error,
        class: Text::default(),
    };
    let node = NodeRef::<Input>::new();
    let chosen = RwSignal::new(String::new());
    let taken = move |_: Event| {
        let Some(input) = node.get_untracked() else { return };
        let files: Vec<web_sys::File> = input
            .files()
            .map(|list| (0..list.length()).filter_map(|at| list.get(at)).collect())
            .unwrap_or_default();
        chosen.set(files.iter().map(web_sys::File::name).collect::<Vec<_>>().join(", "));
        if let Some(on_files) = on_files
            && !files.is_empty()
        {
            // Emptied, or choosing the same file again after a failure would change nothing.
            input.set_value("");
            on_files.run(files);
        }
    };
    let control = view! {
        <div class="drop">
            <Icon name="upload" class="icon-lg" />
            <span class="drop-text">
                {move || {
                    if chosen.with(String::is_empty) { choose.to_string() } else { chosen.get() }
                }}
            </span>
            <input
                node_ref=node
                class="drop-input"
                type="file"
                id=id
                name=name
                accept=given(&accept)
                multiple=multiple
                required=need.required()
                aria-invalid=invalid(error)
                aria-describedby=frame.hint_id()
                on:change=taken
            />
        </div>
    }
    .into_any();
    let list = move || {
        items.get().into_iter().map(|item| upload_view(item, on_remove, on_retry)).collect_view()
    };
    framed(frame, control, view! { <ul class="uploads">{list}</ul> }.into_any())
}

fn upload_view(
    item: UploadItem,
    on_remove: Option<Callback<String>>,
    on_retry: Option<Callback<String>>,
) -> AnyView {
    let words = use_words();
    let key = StoredValue::new(item.key);
    let remove_label = format!("{}: {}", words.remove, item.name);
    let failed = item.error.is_some();
    let state = match (&item.error, item.done) {
        (Some(message), _) => {
            view! { <p class="field-hint" data-error="true">{message.clone()}</p> }.into_any()
        }
        (None, true) => view! { <Icon name="circle-check" label=words.saved.clone() /> }.into_any(),
        (None, false) => {
            view! { <ProgressBar label=item.name.clone() percent=Signal::stored(item.percent) /> }
                .into_any()
        }
    };
    let retry = on_retry.filter(|_| failed).map(|run| {
        view! {
            <button type="button" class="btn btn-default btn-sm" on:click=move |_| run.run(key.get_value())>
                {words.retry.clone()}
            </button>
        }
    });
    let cross = on_remove.map(|run| {
        view! {
            <button
                type="button"
                class="btn btn-icon btn-quiet"
                aria-label=remove_label
                on:click=move |_| run.run(key.get_value())
            >
                <Icon name="x" />
            </button>
        }
    });
    view! {
        <li class="upload">
            <Icon name="file" />
            <span class="upload-text">
                <span class="truncate">{item.name}</span>
                <span class="sub num">{filled(item.size)}</span>
                {state}
            </span>
            {retry}
            {cross}
        </li>
    }
    .into_any()
}
