//! The parts the browser loads the screens in: what every visit needs comes first, the rest when the
//! first screen of its part is opened. Knows which screen is in which part; how code is loaded is told
//! by whoever starts the application.

use crate::{
    activities, admin, bin, cases, customers, dashboard, deals, error::AppError, frame, help,
    import, orders, products, profile, surveys,
};
use leptos::prelude::*;
use leptos_router::LazyRoute;
use std::{
    future::{Future, ready},
    marker::PhantomData,
    pin::Pin,
};

/// A part that is loaded later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One customer or person, and the forms for new ones.
    Records,
    /// Boards, lists and forms of deals, orders and cases, and what they come to.
    Deals,
    /// Everything that is not daily work with customers.
    Office,
}

impl Part {
    /// The part that the page at `path` needs, if it needs one.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let mut steps = path.split('/').skip(1);
        match (steps.next()?, steps.next()) {
            ("customers" | "people", Some(record)) if !record.is_empty() => Some(Self::Records),
            (
                "activities" | "dashboard" | "pipeline" | "deals" | "orders" | "products"
                | "feedback",
                _,
            ) => Some(Self::Deals),
            ("import" | "bin" | "surveys" | "profile" | "admin" | "help" | "more", _) => {
                Some(Self::Office)
            }
            _ => None,
        }
    }

    /// Its name where the program is cut.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Deals => "deals",
            Self::Office => "office",
        }
    }
}

/// A screen that is loaded later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// One customer.
    Account,
    /// One person.
    Person,
    /// The form for a new customer.
    NewAccount,
    /// The form for a new person.
    NewPerson,
    /// Records that become one.
    Merge,
    /// The board of a pipeline.
    Board,
    /// The list of deals.
    Deals,
    /// The form for a new deal.
    NewOpportunity,
    /// One deal.
    Opportunity,
    /// The list of what was done.
    Activities,
    /// The list of orders.
    Orders,
    /// The form for a new order.
    NewOrder,
    /// One order.
    Order,
    /// The list of cases.
    Cases,
    /// The form for a new case.
    NewCase,
    /// One case.
    Case,
    /// What is sold.
    Products,
    /// What all of it comes to.
    Dashboard,
    /// The list of surveys.
    Surveys,
    /// The list of answers.
    Answers,
    /// The form for a new survey.
    NewSurvey,
    /// One survey.
    Survey,
    /// The form that changes a survey.
    EditSurvey,
    /// The imports so far.
    Imports,
    /// One import.
    Wizard,
    /// Deleted records.
    Bin,
    /// One's own name, password and devices.
    Profile,
    /// Who signs in.
    Users,
    /// What each role allows.
    Roles,
    /// Departments and teams.
    Structure,
    /// What is shared beyond the roles.
    Shares,
    /// Pipelines and their stages.
    Pipelines,
    /// How customers are helped.
    Service,
    /// Texts for answers to customers.
    Replies,
    /// The organisation's settings.
    Organisation,
    /// How people come in.
    SignIn,
    /// The state of the installation.
    Status,
    /// Who did what.
    Audit,
    /// The contents of the manual.
    Contents,
    /// One page of the manual.
    Article,
    /// Everything there is, for phones.
    More,
}

/// Renders a screen of [`Part::Records`], if it is one: the only place in the browser that names them.
#[must_use]
pub fn record(screen: Screen) -> Option<AnyView> {
    match screen {
        Screen::Account => Some(view! { <customers::AccountDetail /> }.into_any()),
        Screen::Person => Some(view! { <customers::PersonDetail /> }.into_any()),
        Screen::NewAccount => Some(view! { <customers::NewAccount /> }.into_any()),
        Screen::NewPerson => Some(view! { <customers::NewPerson /> }.into_any()),
        Screen::Merge => Some(view! { <customers::MergeRecords /> }.into_any()),
        _ => None,
    }
}

/// Renders a screen of [`Part::Deals`], if it is one: the only place in the browser that names them.
#[must_use]
pub fn deals(screen: Screen) -> Option<AnyView> {
    match screen {
        Screen::Board => Some(view! { <deals::BoardPage /> }.into_any()),
        Screen::Deals => Some(view! { <deals::DealsPage /> }.into_any()),
        Screen::NewOpportunity => Some(view! { <deals::NewOpportunity /> }.into_any()),
        Screen::Opportunity => Some(view! { <deals::OpportunityDetail /> }.into_any()),
        Screen::Activities => Some(view! { <activities::ActivitiesPage /> }.into_any()),
        Screen::Orders => Some(view! { <orders::OrdersPage /> }.into_any()),
        Screen::NewOrder => Some(view! { <orders::NewOrder /> }.into_any()),
        Screen::Order => Some(view! { <orders::OrderDetail /> }.into_any()),
        Screen::Cases => Some(view! { <cases::CasesPage /> }.into_any()),
        Screen::NewCase => Some(view! { <cases::NewCase /> }.into_any()),
        Screen::Case => Some(view! { <cases::CaseDetail /> }.into_any()),
        Screen::Products => Some(view! { <products::ProductsPage /> }.into_any()),
        Screen::Dashboard => Some(view! { <dashboard::DashboardPage /> }.into_any()),
        _ => None,
    }
}

/// Renders a screen of [`Part::Office`], if it is one: the only place in the browser that names them.
#[must_use]
pub fn office(screen: Screen) -> Option<AnyView> {
    match screen {
        Screen::Surveys => Some(view! { <surveys::SurveysPage /> }.into_any()),
        Screen::Answers => Some(view! { <surveys::AnswersPage /> }.into_any()),
        Screen::NewSurvey => Some(view! { <surveys::NewSurvey /> }.into_any()),
        Screen::Survey => Some(view! { <surveys::SurveyDetail /> }.into_any()),
        Screen::EditSurvey => Some(view! { <surveys::EditSurvey /> }.into_any()),
        Screen::Imports => Some(view! { <import::Imports /> }.into_any()),
        Screen::Wizard => Some(view! { <import::Wizard /> }.into_any()),
        Screen::Bin => Some(view! { <bin::Bin /> }.into_any()),
        Screen::Profile => Some(view! { <profile::Profile /> }.into_any()),
        Screen::Users => Some(view! { <admin::Users /> }.into_any()),
        Screen::Roles => Some(view! { <admin::Roles /> }.into_any()),
        Screen::Structure => Some(view! { <admin::StructureSettings /> }.into_any()),
        Screen::Shares => Some(view! { <admin::Shares /> }.into_any()),
        Screen::Pipelines => Some(view! { <admin::PipelineSettings /> }.into_any()),
        Screen::Service => Some(view! { <admin::ServiceSettings /> }.into_any()),
        Screen::Replies => Some(view! { <admin::SavedReplies /> }.into_any()),
        Screen::SignIn => Some(view! { <admin::SignInSettings /> }.into_any()),
        Screen::Organisation => Some(view! { <admin::OrganisationSettings /> }.into_any()),
        Screen::Status => Some(view! { <admin::Status /> }.into_any()),
        Screen::Audit => Some(view! { <admin::Audit /> }.into_any()),
        Screen::Contents => Some(view! { <help::Contents /> }.into_any()),
        Screen::Article => Some(view! { <help::Article /> }.into_any()),
        Screen::More => Some(view! { <frame::More /> }.into_any()),
        _ => None,
    }
}

/// What stands in place of a screen whose code did not come.
#[must_use]
pub fn missing() -> AnyView {
    frame::trouble(&AppError::Transport, None)
}

/// A screen that comes as soon as its code is there.
pub type Coming = Pin<Box<dyn Future<Output = AnyView>>>;

/// How a screen is loaded; provided by whoever starts the application in a browser. On the server
/// all code is there.
#[derive(Clone, Copy, Debug)]
pub struct Loader(pub fn(Screen) -> Coming);

/// One function for all routes: what each of them adds to the first load is the call.
#[inline(never)]
fn open(screen: Screen) -> Coming {
    #[cfg(feature = "ssr")]
    {
        let view = record(screen).or_else(|| deals(screen)).or_else(|| office(screen));
        Box::pin(ready(view.unwrap_or_else(missing)))
    }
    #[cfg(not(feature = "ssr"))]
    {
        match use_context::<Loader>() {
            Some(Loader(load)) => load(screen),
            None => Box::pin(ready(missing())),
        }
    }
}

/// Names a screen as a type, which is how the router keeps lazy routes apart.
pub trait Named: Send + Sync + 'static {
    /// Which one.
    const SCREEN: Screen;
}

/// The route of a screen that is loaded later.
#[derive(Debug)]
pub struct Later<N>(PhantomData<N>);

impl<N: Named> LazyRoute for Later<N> {
    fn data() -> Self {
        Self(PhantomData)
    }

    fn view(_: Self) -> impl Future<Output = AnyView> {
        open(N::SCREEN)
    }
}

/// Names screens, each with the part it is in.
macro_rules! named {
    ($($part:ident: $($screen:ident)*;)*) => {
        $($(
            /// The screen of the same name.
            #[derive(Debug)]
            pub struct $screen;

            impl Named for $screen {
                const SCREEN: Screen = Screen::$screen;
            }
        )*)*

        impl Screen {
            /// The part it is in.
            #[must_use]
            pub const fn part(self) -> Part {
                match self {
                    $($(Self::$screen)|* => Part::$part,)*
                }
            }
        }

        /// Every screen by its name.
        #[cfg(test)]
        const NAMED: &[(&str, Screen)] = &[$($((stringify!($screen), Screen::$screen),)*)*];
    };
}

named! {
    Records: Account Person NewAccount NewPerson Merge;
    Deals: Activities Board Deals NewOpportunity Opportunity Orders NewOrder Order Cases NewCase Case Products Dashboard;
    Office: Pipelines Service Replies Imports Wizard Bin Profile Users Roles Structure Shares Organisation SignIn Status Audit
        Surveys Answers NewSurvey Survey EditSurvey Contents Article More;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The routes as the source declares them, so that none moves without its address.
    #[test]
    fn the_addresses_are_those_of_the_routes() {
        let mut later = 0;
        for route in include_str!("root.rs").split("<Route path=path!(\"").skip(1) {
            let (path, rest) = route.split_once('"').unwrap();
            let line = rest.lines().next().unwrap();
            let screen = line
                .split_once("later::<parts::")
                .and_then(|(_, rest)| rest.split_once('>'))
                .map(|(screen, _)| screen);
            let part = screen.map(|screen| {
                let (_, screen) = NAMED.iter().find(|(name, _)| *name == screen).unwrap();
                screen.part()
            });
            assert_eq!(Part::of(path), part, "{path}");
            later += usize::from(part.is_some());
        }
        assert_eq!(later, 42);
    }
}
