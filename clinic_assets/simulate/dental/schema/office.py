"""The practice itself: clinics, chairs, who works when, its words and its settings.

Only names, types, defaults and keys; how they are spelled is told in the package.
"""

TABLES = {
    "clinic": (
        """
        ClinicNum:key Description:v255?= Address:v255?= Address2:v255?= City:v255?=
        State:v255?= Zip:v255?= Phone:v255?= BankNumber:v255?= DefaultPlaceService:utiny=0
        InsBillingProv Fax:v50 EmailAddressNum DefaultProv SmsContractDate:datetime=
        SmsMonthlyLimit:double IsMedicalOnly:tiny BillingAddress:v255 BillingAddress2:v255
        BillingCity:v255 BillingState:v255 BillingZip:v255 PayToAddress:v255
        PayToAddress2:v255 PayToCity:v255 PayToState:v255 PayToZip:v255
        UseBillAddrOnClaims:tiny Region ItemOrder:int IsInsVerifyExcluded:tiny Abbr:v255
        MedLabAccountNum:v16 IsConfirmEnabled:tiny IsConfirmDefault:tiny
        IsNewPatApptExcluded:tiny IsHidden:tiny ExternalID SchedNote:v255 HasProcOnRx:tiny
        TimeZone:v75 EmailAliasOverride:v255
        """,
        """
        EmailAddressNum DefaultProv Region ExternalID InsBillingProv
        """,
    ),
    "operatory": (
        """
        OperatoryNum:key OpName:v255?= Abbrev:v255?= ItemOrder:usmall=0 IsHidden:utiny=0
        ProvDentist ProvHygienist IsHygiene:utiny=0 ClinicNum DateTStamp:stamp
        SetProspective:tiny IsWebSched:tiny IsNewPatAppt:tiny OperatoryType
        """,
        """
        ProvDentist ProvHygienist ClinicNum OperatoryType
        """,
    ),
    "schedule": (
        """
        ScheduleNum:key SchedDate:date=0 StartTime:time=0 StopTime:time=0 SchedType:utiny=0
        ProvNum BlockoutType Note:text? Status:utiny=0 EmployeeNum DateTStamp:stamp
        ClinicNum
        """,
        """
        ProvNum SchedDate ClinicNumSchedType=ClinicNum,SchedType BlockoutType
        EmpDateTypeStopTime=EmployeeNum,SchedDate,SchedType,StopTime
        """,
    ),
    "scheduleop": (
        """
        ScheduleOpNum:key ScheduleNum OperatoryNum
        """,
        """
        ScheduleNum OperatoryNum
        """,
    ),
    "definition": (
        """
        DefNum:key Category:utiny=0 ItemOrder:usmall=0 ItemName:v255?= ItemValue:v255?=
        ItemColor:int=0 IsHidden:utiny=0
        """,
        "",
    ),
    "preference": (
        """
        PrefName:v255= ValueString:text PrefNum:key Comments:text?
        """,
        """
        PrefName
        """,
    ),
    "appointmenttype": (
        """
        AppointmentTypeNum:key AppointmentTypeName:v255 AppointmentTypeColor:int
        ItemOrder:int IsHidden:tiny Pattern:v255 CodeStr:v4000 CodeStrRequired:v4000
        RequiredProcCodesNeeded:tiny BlockoutTypes:v255
        """,
        "",
    ),
    "recalltype": (
        """
        RecallTypeNum:key Description:v255? DefaultInterval:int TimePattern:v255?
        Procedures:v255? AppendToSpecial:tiny
        """,
        "",
    ),
    "securitylog": (
        """
        SecurityLogNum:key PermType:small UserNum LogDateTime:datetime=0 LogText:text?
        PatNum CompName:v255 FKey LogSource:tiny DefNum DefNumError DateTPrevious:datetime=
        """,
        """
        PatNum FKey DefNum DefNumError UserNum LogDateTime PermType
        """,
    ),
    "securityloghash": (
        """
        SecurityLogHashNum:key SecurityLogNum LogHash:v255
        """,
        """
        SecurityLogNum
        """,
    ),
}
"""Table to its columns and its indexes."""
