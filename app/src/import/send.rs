//! The first step: choosing a file. A plain form without scripts; with them the file is sent at
//! once, with a bar that shows how far it is.

use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, format, use_text},
    ui::{FileDrop, Need, UploadItem},
};
use domain::{
    failure::{Failure, FileRefusal},
    import::{MAX_BYTES, MAX_ROWS},
};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
    web_sys::{File, FormData, ProgressEvent, XmlHttpRequest},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What the file dialog offers; what a file really is, its content tells.
const ACCEPT: &str = ".csv,.tsv,.txt,.xlsx,.vcf,text/csv,text/vcard,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Status of an answer from a layer that speaks no JSON.
const PAYLOAD_TOO_LARGE: u16 = 413;

/// The form that takes a file.
#[component]
pub(super) fn Send() -> impl IntoView {
    let text = use_text();
    let items = RwSignal::new(Vec::<UploadItem>::new());
    let navigate = use_navigate();
    let arrived = Callback::new(move |address: String| {
        navigate(&address, NavigateOptions::default());
    });
    let on_files = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            send(text, &file, items, arrived);
        }
    };
    let rows = format::integer(i64::try_from(MAX_ROWS).unwrap_or(i64::MAX));
    view! {
        <form class="form" method="post" action="/imports" enctype="multipart/form-data">
            <FileDrop
                label=text.import_upload_heading()
                name="file"
                choose=text.import_upload_drop()
                hint=text.import_upload_hint(&rows, &format::file_size(MAX_BYTES))
                accept=ACCEPT
                need=Need::Required
                on_files=on_files
                items=items
            />
            <div class="plain-only">
                <button class="btn btn-primary" type="submit">
                    <span class="btn-label">{text.common_upload()}</span>
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn send(text: Text, file: &File, items: RwSignal<Vec<UploadItem>>, arrived: Callback<String>) {
    let item = UploadItem {
        key: "file".to_owned(),
        name: file.name(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the browser counts bytes in a whole positive double"
        )]
        size: format::file_size(file.size() as u64),
        percent: Some(0),
        error: None,
        done: false,
    };
    let failed = move |error: &AppError| {
        let message = save_trouble(text, error);
        items.update(|all| {
            for item in all {
                item.error = Some(message.clone());
            }
        });
    };
    items.set(vec![item]);
    #[expect(clippy::cast_precision_loss, reason = "64 MiB is exact in a double")]
    let most = MAX_BYTES as f64;
    if file.size() > most {
        failed(&too_large());
        return;
    }
    let set = move |percent: Option<u8>| {
        items.update(|all| all.iter_mut().for_each(|item| item.percent = percent));
    };
    if begin(file, set, arrived, failed).is_err() {
        failed(&AppError::Transport);
    }
}

fn too_large() -> AppError {
    Failure::File(FileRefusal::TooLarge { max: MAX_BYTES }).into()
}

/// Sends the file; the handlers live as long as the request does.
fn begin(
    file: &File,
    percent: impl Fn(Option<u8>) + Copy + 'static,
    arrived: Callback<String>,
    failed: impl Fn(&AppError) + Copy + 'static,
) -> Result<(), JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", "/imports")?;
    request.set_request_header("Accept", "application/json")?;
    let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share between 0 and 100"
        )]
        let share = (event.loaded() / event.total().max(1.0) * 100.0) as u8;
        // All is sent; the server is looking into it.
        percent((share < 100).then_some(share));
    });
    let upload = request.upload()?;
    upload.set_onprogress(Some(progress.into_js_value().unchecked_ref()));
    let answer = request.clone();
    let load = Closure::<dyn FnMut()>::new(move || {
        let status = answer.status().unwrap_or_default();
        let body = answer.response_text().ok().flatten().unwrap_or_default();
        if status == 200 {
            match serde_json::from_str::<String>(&body) {
                Ok(address) => arrived.run(address),
                Err(_) => failed(&AppError::Transport),
            }
        } else if status == PAYLOAD_TOO_LARGE {
            failed(&too_large());
        } else {
            failed(&serde_json::from_str(&body).unwrap_or(AppError::Transport));
        }
    });
    request.set_onload(Some(load.into_js_value().unchecked_ref()));
    let error = Closure::<dyn FnMut()>::new(move || failed(&AppError::Transport));
    request.set_onerror(Some(error.into_js_value().unchecked_ref()));
    let form = FormData::new()?;
    form.append_with_blob_and_filename("file", file, &file.name())?;
    request.send_with_opt_form_data(Some(&form))
}
