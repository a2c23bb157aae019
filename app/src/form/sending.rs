//! What becomes of a form that is sent: refused with what is wrong, failed, or done.

use super::Fields;
use crate::error::AppError;
use domain::{failure::Failure, field::FormErrors};
use leptos::{prelude::*, server_fn::ServerFn};

/// A form on its way.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    /// Why nothing was saved.
    pub failure: Signal<Option<AppError>>,
    /// There is something to lose.
    pub dirty: Signal<bool>,
    /// The answer is on its way.
    pub pending: Signal<bool>,
    /// It is on its way or saved: nothing is kept of it.
    pub away: Signal<bool>,
}

impl Sending {
    /// Follows `action`, and shows in the fields what the server found.
    pub(crate) fn of<S>(fields: Fields, action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
        S::Output: Clone + Send + Sync + 'static,
    {
        let answer = action.value();
        let refused = move |answer: &Option<Result<S::Output, AppError>>| match answer {
            Some(Err(AppError::Failure(Failure::Invalid(errors)))) => errors.clone(),
            _ => FormErrors::default(),
        };
        fields.refused(answer.with_untracked(refused));
        Effect::new(move |ran: Option<()>| {
            let errors = answer.with(refused);
            if ran.is_some() && !errors.0.is_empty() {
                fields.refused(errors);
                fields.focus_first_problem();
            }
        });
        let done = Signal::derive(move || answer.with(|answer| matches!(answer, Some(Ok(_)))));
        let pending: Signal<bool> = action.pending().into();
        Self {
            failure: Signal::derive(move || answer.with(|answer| answer.clone()?.err())),
            dirty: Signal::derive(move || !done.get() && fields.changed() > 0),
            pending,
            away: Signal::derive(move || pending.get() || done.get()),
        }
    }
}
