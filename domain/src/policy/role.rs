//! The roles that every installation has from its first day, and the rights each gives.
//! A user holds one or several; the rights add up.

use super::{Action, DetailRules, Object, Reach, Rights};
use serde::{Deserialize, Serialize};

/// What a person is to the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, including users, settings, import and export.
    Admin,
    /// All customers, with import, export, merging and who is in charge.
    SalesManager,
    /// The customers of one's department and teams, with export and who is in charge.
    TeamLead,
    /// The customers one is in charge of.
    SalesRep,
    /// All customers to help them; deletes nothing.
    ServiceAgent,
    /// All customers, with import and export; deletes only own ones.
    Marketer,
    /// Looks at all customers, at the audit log and at how the house is set up, and changes nothing.
    Auditor,
    /// Daily work with all customers, as in a small company.
    Staff,
}

/// What is kept about customers.
const CUSTOMERS: [Object; 2] = [Object::Account, Object::Person];

impl Role {
    /// Every role, for menus and for the allow/deny matrix test.
    pub const ALL: [Self; 8] = [
        Self::Admin,
        Self::SalesManager,
        Self::TeamLead,
        Self::SalesRep,
        Self::ServiceAgent,
        Self::Marketer,
        Self::Auditor,
        Self::Staff,
    ];

    /// The roles that demand a second step from the first day on, unless whoever sets Rapport up says otherwise: those
    /// that administer, and those that take data out.
    pub fn guarded_at_first() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|role| role.rights().to_be_guarded())
    }

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::SalesManager => "sales_manager",
            Self::TeamLead => "team_lead",
            Self::SalesRep => "sales_rep",
            Self::ServiceAgent => "service_agent",
            Self::Marketer => "marketer",
            Self::Auditor => "auditor",
            Self::Staff => "staff",
        }
    }

    /// From storage or a form.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// What the role allows.
    #[must_use]
    pub fn rights(self) -> Rights {
        use Action::{Assign, BulkEdit, Create, Delete, Edit, Export, Import, Merge, View};
        if self == Self::Admin {
            return Rights::EVERYTHING;
        }
        let seen = Self::seen_by_all();
        let on_customers = |rights: Rights, actions: &[Action], reach: Reach| {
            CUSTOMERS.iter().fold(rights, |rights, object| rights.with(*object, actions, reach))
        };
        let rights = match self {
            Self::Admin => Rights::EVERYTHING,
            Self::Auditor => {
                let all = on_customers(seen, &[View], Reach::All);
                let audits =
                    self.beside_customers(&all).with(Object::Audit, &[View, Export], Reach::All);
                return audits.overseeing();
            }
            Self::TeamLead => {
                let made = on_customers(seen, &[Create], Reach::All);
                on_customers(
                    made,
                    &[View, Edit, BulkEdit, Delete, Assign, Export],
                    Reach::Department,
                )
            }
            Self::SalesRep => {
                let made = on_customers(seen, &[Create], Reach::All);
                on_customers(made, &[View, Edit, BulkEdit, Delete], Reach::Own)
            }
            Self::ServiceAgent => {
                on_customers(seen, &[View, Create, Edit, BulkEdit, Assign], Reach::All)
            }
            Self::Staff => {
                on_customers(seen, &[View, Create, Edit, BulkEdit, Delete, Assign], Reach::All)
            }
            Self::Marketer => {
                let actions = [View, Create, Edit, BulkEdit, Import, Export];
                let out = on_customers(seen, &actions, Reach::All);
                on_customers(out, &[Delete], Reach::Own).with(
                    Object::Import,
                    &[View, Import],
                    Reach::All,
                )
            }
            Self::SalesManager => {
                let actions = [View, Create, Edit, BulkEdit, Merge, Delete, Assign, Import, Export];
                on_customers(seen, &actions, Reach::All).with(
                    Object::Import,
                    &[View, Import],
                    Reach::All,
                )
            }
        };
        let rights = self.beside_customers(&rights);
        rights.with(Object::Activity, &[Create, Edit, Delete], Reach::All)
    }

    /// The same with what the role allows on everything that hangs on customers.
    fn beside_customers(self, rights: &Rights) -> Rights {
        let rights = self.on_orders(&self.on_deals(rights));
        self.on_surveys(&self.on_cases(&rights))
    }

    /// The same with what the role allows on deals and on what is sold. Who helps customers or writes to them looks at
    /// deals and changes none.
    fn on_deals(self, rights: &Rights) -> Rights {
        use Action::{Assign, BulkEdit, Create, Delete, Edit, Export, View};
        let deals = |actions: &[Action], reach| (*rights).with(Object::Opportunity, actions, reach);
        match self {
            Self::Admin => *rights,
            Self::SalesManager => deals(
                &[View, Create, Edit, BulkEdit, Delete, Assign, Export],
                Reach::All,
            )
            .with(Object::Product, &[Create, Edit], Reach::All),
            Self::TeamLead => deals(&[Create], Reach::All).with(
                Object::Opportunity,
                &[View, Edit, BulkEdit, Delete, Assign, Export],
                Reach::Department,
            ),
            Self::SalesRep => deals(&[Create], Reach::All).with(
                Object::Opportunity,
                &[View, Edit, BulkEdit, Delete],
                Reach::Own,
            ),
            Self::Staff => deals(&[View, Create, Edit, BulkEdit, Delete, Assign], Reach::All),
            Self::ServiceAgent | Self::Marketer | Self::Auditor => deals(&[View], Reach::All),
        }
    }

    /// The same with what the role allows on orders: who sells makes and changes them, who leads takes them out, the
    /// others look at them. Of whose customers, the rights on these say.
    fn on_orders(self, rights: &Rights) -> Rights {
        use Action::{Create, Delete, Edit, Export, View};
        let actions: &[Action] = match self {
            Self::Admin | Self::SalesManager | Self::TeamLead => {
                &[View, Create, Edit, Delete, Export]
            }
            Self::SalesRep | Self::Staff => &[View, Create, Edit, Delete],
            Self::ServiceAgent | Self::Marketer | Self::Auditor => &[View],
        };
        (*rights).with(Object::Order, actions, Reach::All)
    }

    /// The same with what the role allows on surveys: who sells asks the own customers, who serves or leads customers
    /// says what they are asked, and who takes customers out takes their answers out.
    fn on_surveys(self, rights: &Rights) -> Rights {
        use Action::{Create, Delete, Edit, Export, View};
        let actions: &[Action] = match self {
            Self::Admin | Self::SalesManager | Self::TeamLead | Self::Marketer => {
                &[View, Create, Edit, Delete, Export]
            }
            Self::ServiceAgent | Self::Staff => &[View, Create, Edit, Delete],
            Self::SalesRep => &[View, Create],
            Self::Auditor => &[View],
        };
        (*rights).with(Object::Survey, actions, Reach::All)
    }

    /// The same with what the role allows on cases: anybody writes down what a customer says; who sees all customers takes
    /// care of all cases, who sees some of those of these, an auditor looks at them, and who leads takes them out.
    fn on_cases(self, rights: &Rights) -> Rights {
        use Action::{Assign, Create, Delete, Edit, Export, View};
        let cases = |actions: &[Action], reach| rights.with(Object::Case, actions, reach);
        match self {
            Self::Admin => *rights,
            Self::Auditor => cases(&[View], Reach::All),
            Self::Marketer => cases(&[View, Create], Reach::All),
            Self::ServiceAgent => cases(&[View, Create, Edit, Assign], Reach::All),
            Self::SalesManager => cases(&[View, Create, Edit, Delete, Assign, Export], Reach::All),
            Self::Staff => cases(&[View, Create, Edit, Delete, Assign], Reach::All),
            Self::TeamLead => cases(&[Create], Reach::All).with(
                Object::Case,
                &[View, Edit, Delete, Assign, Export],
                Reach::Department,
            ),
            Self::SalesRep => {
                cases(&[Create], Reach::All).with(Object::Case, &[View, Edit, Delete], Reach::Own)
            }
        }
    }

    /// What every role shows: names of colleagues, of the organisation, of stages and of what is sold stand on records, a
    /// note is seen by whoever sees the record it is about, and so are its details.
    pub(super) fn seen_by_all() -> Rights {
        [Object::User, Object::Organisation, Object::Activity, Object::Product, Object::Pipeline]
            .into_iter()
            .fold(Rights::default().with_details(DetailRules::OPEN), |rights, object| {
                rights.with(object, &[Action::View], Reach::All)
            })
    }

    /// What somebody who holds all of `roles` may do.
    #[must_use]
    pub fn rights_of(roles: &[Self]) -> Rights {
        roles.iter().fold(Rights::default(), |rights, role| rights.and(&role.rights()))
    }
}
