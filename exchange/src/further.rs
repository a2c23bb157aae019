//! Lists inside one cell, a line each, as an export writes them: the addresses after the first, and
//! the companies after the first that a person works for.

use domain::{
    account::Account,
    address::{AddressData, AddressForm},
    person::{Employment, Person, PersonRole},
};
use store::FurtherJob;

/// What stands between the parts of a line.
const BETWEEN: &str = " | ";

/// The addresses of a customer after the first.
#[must_use]
pub fn addresses(account: &Account) -> String {
    let lines = account.addresses.iter().skip(1).map(|address| address_line(&address.data));
    lines.collect::<Vec<_>>().join("\n")
}

/// One address: country, province, city, district and street.
#[must_use]
pub fn address_line(data: &AddressData) -> String {
    [&data.country, &data.province, &data.city, &data.district, &data.street]
        .map(String::as_str)
        .join(BETWEEN)
}

/// Reads a line of [`addresses`]; any other line is a street.
#[must_use]
pub fn address(line: &str) -> AddressForm {
    let parts: Vec<String> = line.splitn(5, '|').map(|part| part.trim().to_owned()).collect();
    match <[String; 5]>::try_from(parts) {
        Ok([country, province, city, district, street]) => {
            AddressForm { country, province, city, district, street }
        }
        Err(_) => AddressForm { street: line.trim().to_owned(), ..AddressForm::default() },
    }
}

/// The jobs of a person after the first.
#[must_use]
pub fn jobs(person: &Person) -> String {
    person.accounts.iter().skip(1).map(job_line).collect::<Vec<_>>().join("\n")
}

fn job_line(job: &Employment) -> String {
    let role = job.role.map(PersonRole::code).unwrap_or_default();
    [&job.number.to_string(), job.name.as_str(), role].join(BETWEEN)
}

/// Reads a line of [`jobs`]; any other line is the name of a company.
#[must_use]
pub fn job(line: &str) -> Option<FurtherJob> {
    let line = line.trim();
    if line.is_empty() {
        return None;
    }
    // The name itself may hold what stands between.
    let whole = || {
        let (number, rest) = line.split_once('|')?;
        let (name, role) = rest.rsplit_once('|')?;
        let role = role.trim();
        let role = if role.is_empty() { None } else { Some(PersonRole::parse(role).ok()?) };
        Some(FurtherJob { account: number.trim().parse().ok(), name: name.trim().to_owned(), role })
    };
    let bare = || FurtherJob { name: line.to_owned(), ..FurtherJob::default() };
    Some(whole().unwrap_or_else(bare))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{AccountId, AccountNumber};

    #[test]
    fn what_is_written_reads_back() {
        for name in ["快讯有限公司", "A | B"] {
            for role in [None, Some(PersonRole::Payer)] {
                let number = AccountNumber(7);
                let line = job_line(&Employment {
                    account: AccountId::NIL,
                    number,
                    name: name.to_owned(),
                    role,
                    is_primary: false,
                });
                let want = FurtherJob { account: Some(number), name: name.to_owned(), role };
                assert_eq!(job(&line), Some(want));
            }
        }
        assert_eq!(job("Acme").map(|job| job.name), Some("Acme".to_owned()));
        let data = AddressData {
            city: "南京市".to_owned(),
            street: "第1街9号 | 3楼".to_owned(),
            ..AddressData::default()
        };
        assert_eq!(address(&address_line(&data)).parse(), Ok(Some(data)));
        assert_eq!(address("南京路1号").street, "南京路1号");
    }
}
