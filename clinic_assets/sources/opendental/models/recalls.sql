-- One row per patient and kind of recall, on the date on which it is due.
select
    :source as source,
    recall."RecallNum" as recall_id,
    recall."PatNum" as patient_id,
    nullif(type."Description", '') as kind,
    nullif(status."ItemName", '') as status,
    case when recall."DatePrevious" > date '0001-01-01' then recall."DatePrevious" end
        as previous_on,
    case when recall."DateScheduled" > date '0001-01-01' then recall."DateScheduled" end
        as scheduled_on,
    recall."IsDisabled" <> 0 as is_disabled,
    recall."DateDue" as day
from opendental.recall as recall
left join opendental.recalltype as type on recall."RecallTypeNum" = type."RecallTypeNum"
left join opendental.definition as status on recall."RecallStatus" = status."DefNum"
where recall."DateDue" between :first_day and :last_day
