//! Taking a record off the lists from its own page: said with a way back, which puts it there again.

use super::{Changes, save_trouble};
use crate::{error::AppError, i18n::Text, ui::Toasts};
use leptos::{prelude::*, task::spawn_local};
use std::future::Future;

/// What takes a record off.
#[derive(Clone, Copy)]
pub(crate) struct TakenOff {
    pub text: Text,
    pub toasts: Toasts,
    pub changes: Changes,
    /// Leads away from its page.
    pub gone: Callback<()>,
}

impl TakenOff {
    /// Takes it off by `send(true)` and back by `send(false)`; `said` is what happened, `number` what it is called.
    pub(crate) fn run<F>(
        self,
        number: String,
        said: String,
        send: impl Fn(bool) -> F + Copy + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<(), AppError>> + 'static,
    {
        let Self { text, toasts, changes, gone } = self;
        spawn_local(async move {
            if let Err(error) = send(true).await {
                toasts.error(save_trouble(text, &error));
                return;
            }
            let restored = text.toast_restored(&number);
            toasts.undo(said, move || {
                let restored = restored.clone();
                spawn_local(async move {
                    match send(false).await {
                        Ok(()) => {
                            changes.happened();
                            toasts.done(restored);
                        }
                        Err(error) => {
                            toasts.error(save_trouble(text, &error));
                        }
                    }
                });
            });
            // Away first: the page would read anew what is not there any more.
            gone.try_run(());
            changes.happened();
        });
    }
}
