//! `rapport user`: adds users, makes links and sets passwords from the terminal, for those who are locked out.

use crate::{
    complaint::Complaint,
    hosts::PublicUrl,
    password,
    place::{Opened, Place},
    session::Secret,
};
use clap::{Args, Subcommand};
use domain::{
    failure::Failure,
    field::FieldError,
    id::UserId,
    link::{LinkPurpose, UserLink},
    policy::{Caller, Held, OwnRole, Role},
    text,
    user::UserForm,
};
use std::{
    io::{IsTerminal, Read, Write},
    process::ExitCode,
};
use store::StoreError;

/// What `rapport user` takes.
#[derive(Debug, Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a user; prints the first password unless one is given on standard input
    Add {
        #[command(flatten)]
        place: Place,
        /// E-mail address to sign in with
        #[arg(long)]
        email: String,
        /// Name that colleagues see; the e-mail address if left out
        #[arg(long)]
        name: Option<String>,
        /// admin, sales_manager, sales_rep, service_agent, marketer, auditor or staff; several divided by commas. The first user has to be an admin
        #[arg(long, value_delimiter = ',', default_value = "staff")]
        role: Vec<String>,
    },
    /// Add a user who sets the password by a link; prints the link
    Invite {
        #[command(flatten)]
        place: Place,
        /// E-mail address to sign in with
        #[arg(long)]
        email: String,
        /// Name that colleagues see; the e-mail address if left out
        #[arg(long)]
        name: Option<String>,
        /// As of `rapport user add`
        #[arg(long, value_delimiter = ',', default_value = "staff")]
        role: Vec<String>,
        #[command(flatten)]
        base: Base,
    },
    /// Print a link by which a user sets a password, the first or another; works once
    ResetLink {
        #[command(flatten)]
        place: Place,
        /// E-mail address of the user
        #[arg(long)]
        email: String,
        #[command(flatten)]
        base: Base,
    },
    /// Take the code generator and all passkeys off a user who lost them; they sign in with the password alone
    RemoveSecondStep {
        #[command(flatten)]
        place: Place,
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
    /// Set a new password and sign the user out everywhere; prints it unless one is given on standard input
    ResetPassword {
        #[command(flatten)]
        place: Place,
        /// E-mail address of the user
        #[arg(long)]
        email: String,
    },
}

/// Where browsers find the server.
#[derive(Debug, Args)]
struct Base {
    /// Where browsers find the server, for the printed link
    #[arg(
        long,
        value_name = "URL",
        env = "RAPPORT_PUBLIC_URL",
        value_delimiter = ',',
        default_value = "http://localhost:7300"
    )]
    public_url: Vec<PublicUrl>,
}

impl Base {
    /// The link at the first address.
    fn link(&self, path: &str) -> String {
        let base = self.public_url.first().map(ToString::to_string).unwrap_or_default();
        format!("{}{path}", base.trim_end_matches('/'))
    }
}

/// Runs the command. The password is read from standard input when that is not a terminal, so
/// that it stands in no list of processes; otherwise one is made up and printed.
///
/// # Errors
/// With a sentence for the terminal.
pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    let place = match &options.command {
        Command::Add { place, .. }
        | Command::Invite { place, .. }
        | Command::ResetLink { place, .. }
        | Command::RemoveSecondStep { place, .. }
        | Command::ResetPassword { place, .. } => place.clone(),
    };
    let opened = place.open_existing().await?;
    let done = match options.command {
        Command::Add { email, name, role, .. } => add(&opened, email, name, role).await,
        Command::Invite { email, name, role, base, .. } => {
            invite(&opened, email, name, role, &base).await
        }
        Command::ResetLink { email, base, .. } => reset_link(&opened, &email, &base).await,
        Command::RemoveSecondStep { email, .. } => remove_second_step(&opened, &email).await,
        Command::ResetPassword { email, .. } => reset(&opened, &email).await,
    };
    opened.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// The code of a role: one that every installation has, or one made here by its name.
fn code_of(role: String, own: &[OwnRole]) -> Result<String, Complaint> {
    if role.parse::<Held>().is_ok() {
        return Ok(role);
    }
    let fold = text::fold(&role);
    if let Some(own) = own.iter().find(|own| text::fold(&own.name) == fold) {
        return Ok(Held::Own(own.id).to_string());
    }
    let mut known: Vec<&str> = Role::ALL.map(Role::code).to_vec();
    known.extend(own.iter().map(|own| own.name.as_str()));
    let known = known.join(", ");
    Err(Complaint::new(format!("there is no role {role}; --role is one of {known}")))
}

async fn add(
    opened: &Opened,
    email: String,
    name: Option<String>,
    roles: Vec<String>,
) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let roles = known_roles(opened, &caller, roles).await?;
    let (password, made_up) = new_password()?;
    let name = name.unwrap_or_else(|| email.clone());
    let form = UserForm { email: email.clone(), name, roles, password };
    let house = opened.db.organisation(&caller).await?;
    let draft = form.parse(&house.names()).map_err(|errors| complain(&Failure::Invalid(errors)))?;
    let hash = hash(&form.password)?;
    match opened.db.add_user(&caller, &draft, &hash).await {
        Ok(_) => tell("added", &email, made_up.then_some(&form.password)),
        Err(StoreError::Refused(failure)) => Err(complain(&failure)),
        Err(error) => Err(error.into()),
    }
}

async fn invite(
    opened: &Opened,
    email: String,
    name: Option<String>,
    roles: Vec<String>,
    base: &Base,
) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let roles = known_roles(opened, &caller, roles).await?;
    let name = name.unwrap_or_else(|| email.clone());
    let form = UserForm { email, name, roles, password: String::new() };
    let draft =
        form.parse_without_password().map_err(|errors| complain(&Failure::Invalid(errors)))?;
    match opened.db.invite_user(&caller, &draft).await {
        Ok(link) => tell_link(&link, base),
        Err(StoreError::Refused(failure)) => Err(complain(&failure)),
        Err(error) => Err(error.into()),
    }
}

async fn reset_link(opened: &Opened, email: &str, base: &Base) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let user = found(opened, &caller, email).await?;
    match opened.db.make_user_link(&caller, user).await {
        Ok(link) => tell_link(&link, base),
        Err(StoreError::Refused(Failure::Gone)) => {
            Err(Complaint::new(format!("{email} is switched off; switch the user on first")))
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove_second_step(opened: &Opened, email: &str) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let user = found(opened, &caller, email).await?;
    match opened.db.remove_second_step(&caller, user).await {
        Ok(()) => {
            writeln!(std::io::stdout(), "{email} signs in with the password alone from now on")?;
            Ok(())
        }
        Err(StoreError::Refused(Failure::Gone)) => {
            Err(Complaint::new(format!("{email} has no second step and no passkey")))
        }
        Err(error) => Err(error.into()),
    }
}

fn tell_link(link: &UserLink, base: &Base) -> Result<(), Complaint> {
    let mut out = std::io::stdout();
    let lasts = match link.purpose {
        LinkPurpose::Invite => "72 hours",
        LinkPurpose::Reset => "30 minutes",
    };
    writeln!(out, "Hand this link to {}; it works once, for {lasts}:", link.email)?;
    writeln!(out, "{}", base.link(&link.path))?;
    Ok(())
}

/// Who signs in with an e-mail address.
async fn found(opened: &Opened, caller: &Caller, email: &str) -> Result<UserId, Complaint> {
    let unknown = || Complaint::new(format!("nobody signs in with {email}"));
    let norm = text::email(email).map_err(|_| unknown())?;
    opened.db.user_by_email(caller, &norm).await?.ok_or_else(unknown)
}

/// The codes of roles that somebody can be added with.
async fn known_roles(
    opened: &Opened,
    caller: &Caller,
    roles: Vec<String>,
) -> Result<Vec<String>, Complaint> {
    let own = opened.db.structure(caller).await?.roles;
    let roles = roles.into_iter().map(|role| code_of(role, &own)).collect::<Result<Vec<_>, _>>()?;
    // Once somebody can sign in the set-up link is gone; without an administrator nobody could go on.
    if !roles.iter().any(|role| role == Role::Admin.code()) && !opened.db.any_admin(caller).await? {
        return Err(Complaint::new(
            "there is no administrator yet. Set Rapport up with the link that `rapport serve` prints, \
             or add one first with --role admin",
        ));
    }
    Ok(roles)
}

async fn reset(opened: &Opened, email: &str) -> Result<(), Complaint> {
    let caller = opened.administrator().await?;
    let user = found(opened, &caller, email).await?;
    let (password, made_up) = new_password()?;
    let house = opened.db.organisation(&caller).await?;
    let own = [&[email], &house.names()[..]].concat();
    domain::user::password(&password, &own).map_err(|error| bad_password(&error))?;
    opened.db.reset_password(&caller, user, &hash(&password)?).await?;
    tell("has a new password", email, made_up.then_some(&password))
}

fn tell(what: &str, email: &str, password: Option<&String>) -> Result<(), Complaint> {
    let mut out = std::io::stdout();
    writeln!(out, "{email} {what}.")?;
    if let Some(password) = password {
        writeln!(out, "Password: {password}")?;
    }
    Ok(())
}

fn hash(password: &str) -> Result<String, Complaint> {
    password::hash(password).ok_or_else(|| {
        Complaint::new("there is too little memory to hash a password; 50 MiB are needed")
    })
}

/// The password on standard input, or one made up, and which of the two it is.
fn new_password() -> Result<(String, bool), Complaint> {
    let mut input = std::io::stdin();
    if !input.is_terminal() {
        let mut typed = String::new();
        // Anything longer is no password.
        input.by_ref().take(4096).read_to_string(&mut typed)?;
        let typed = typed.trim_end_matches(['\r', '\n']).to_owned();
        if !typed.is_empty() {
            return Ok((typed, false));
        }
    }
    let secret = Secret::new().ok_or_else(|| Complaint::new("the system gives no randomness"))?;
    let digits: String = secret.text().chars().take(20).collect();
    let groups: Vec<&str> =
        [0..5, 5..10, 10..15, 15..20].into_iter().filter_map(|part| digits.get(part)).collect();
    Ok((groups.join("-"), true))
}

fn bad_password(error: &FieldError) -> Complaint {
    Complaint::new(match error {
        FieldError::TooShort { min } => format!("the password is shorter than {min} characters"),
        FieldError::TooLong { max } => format!("the password is longer than {max} bytes"),
        _ => "the password is too easy to guess; use a sentence, or let Rapport make one up"
            .to_owned(),
    })
}

fn complain(failure: &Failure) -> Complaint {
    match failure {
        Failure::Invalid(errors) => match errors.0.first() {
            Some((field, error)) if field == "password" => bad_password(error),
            Some((field, FieldError::Taken)) => Complaint::new(format!(
                "a user with this {field} exists already; to set a password: rapport user reset-password"
            )),
            Some((field, error)) => Complaint::new(format!("{field}: {error}")),
            None => Complaint::new("refused"),
        },
        other => Complaint::new(other.to_string()),
    }
}
