//! What a [`Transition`] goes on showing while the next answer is on its way must still work: rows can be
//! ticked, buttons pressed. What is made inside of a [`Suspend`] ends when the reading starts anew; what is
//! made through [`Lasting`] ends when the next view has taken its place.

use leptos::{prelude::*, reactive::owner::WeakOwner, tachys::reactive_graph::OwnedView};

/// Makes views that last.
#[derive(Clone)]
pub struct Lasting {
    /// Weak: the views are part of what the screen owns and must not keep it alive.
    screen: Option<WeakOwner>,
}

impl Lasting {
    /// For views of the component that calls this.
    pub fn here() -> Self {
        Self { screen: Owner::current().map(|owner| owner.downgrade()) }
    }

    /// A view that keeps its signals and effects for as long as it is on show, and no longer than the
    /// component.
    pub fn view(&self, make: impl FnOnce() -> AnyView) -> AnyView {
        let screen = self.screen.as_ref().and_then(WeakOwner::upgrade);
        let owner = screen.map_or_else(Owner::new, |screen| screen.child());
        let view = owner.with(make);
        OwnedView::new_with_owner(view, owner).into_any()
    }
}
