-- One row per contact with a patient, without what was said.
select
    :source as source,
    contact."CommlogNum" as communication_id,
    contact."PatNum" as patient_id,
    nullif(type."ItemName", '') as kind,
    case contact."Mode_"
        when 1 then 'email'
        when 2 then 'mail'
        when 3 then 'phone'
        when 4 then 'in_person'
        when 5 then 'text'
        when 6 then 'email_and_text'
        when 7 then 'phone_and_text'
        when 8 then 'fax'
    end as mode,
    case contact."SentOrReceived" when 1 then 'sent' when 2 then 'received' end as direction,
    case contact."CommSource"
        when 0 then 'user'
        when 1 then 'web_booking'
        when 3 then 'reminder'
        when 4 then 'eservices'
        else 'program'
    end as origin,
    ops.moment(contact."CommDateTime", :timezone) as occurred_at,
    contact."CommDateTime"::date as day
from opendental.commlog as contact
left join opendental.definition as type on contact."CommType" = type."DefNum"
where
    contact."PatNum" > 0
    and contact."CommDateTime" >= :first_day
    and contact."CommDateTime" < cast(:last_day as date) + 1
