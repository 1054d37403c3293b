"""The people a practice knows: patients and their families, providers, users, referrals.

Only names, types, defaults and keys; how they are spelled is told in the package.
"""

TABLES = {
    "patient": (
        """
        PatNum:key LName:v100?= FName:v100?= MiddleI:v100?= Preferred:v100?=
        PatStatus:utiny=0 Gender:utiny=0 Position:utiny=0 Birthdate:date= SSN:v100?=
        Address:v100?= Address2:v100?= City:v100?= State:v100?= Zip:v100?= HmPhone:v30?=
        WkPhone:v30?= WirelessPhone:v30?= Guarantor CreditType:c1?= Email:v100?=
        Salutation:v100?= EstBalance:double=0 PriProv SecProv FeeSched BillingType
        ImageFolder:v100?= AddrNote:text? FamFinUrgNote:text? MedUrgNote:v255?=
        ApptModNote:v255?= StudentStatus:c1?= SchoolName:v255 ChartNumber:v100=
        MedicaidID:v20?= Bal_0_30:double=0 Bal_31_60:double=0 Bal_61_90:double=0
        BalOver90:double=0 InsEst:double=0 BalTotal:double=0 EmployerNum
        EmploymentNote:v255?= County:v255?= GradeLevel:tiny=0 Urgency:tiny=0
        DateFirstVisit:date= ClinicNum HasIns:v255?= TrophyFolder:v255?=
        PlannedIsDone:utiny=0 Premed:utiny Ward:v255?= PreferConfirmMethod:utiny
        PreferContactMethod:utiny PreferRecallMethod:utiny SchedBeforeTime:time?
        SchedAfterTime:time? SchedDayOfWeek:utiny Language:v100?= AdmitDate:date= Title:v15?
        PayPlanDue:double SiteNum DateTStamp:stamp ResponsParty CanadianEligibilityCode:tiny
        AskToArriveEarly:int PreferContactConfidential:tiny SuperFamily TxtMsgOk:tiny
        SmokingSnoMed:v32 Country:v255 DateTimeDeceased:datetime= BillingCycleDay:int=1
        SecUserNumEntry SecDateEntry:date= HasSuperBilling:tiny PatNumCloneFrom
        DiscountPlanNum HasSignedTil:tiny ShortCodeOptIn:tiny SecurityHash:v255
        """,
        """
        indexLName=LName(10) indexFName=FName(10) indexLFName=LName,FName
        indexGuarantor=Guarantor ResponsParty SuperFamily SiteNum PatStatus ClinicNum Email
        ChartNumber SecUserNumEntry HmPhone WirelessPhone WkPhone PatNumCloneFrom
        DiscountPlanNum FeeSched SecDateEntry PriProv SecProv
        ClinicPatStatus=ClinicNum,PatStatus BirthdateStatus=Birthdate,PatStatus
        """,
    ),
    "patientnote": (
        """
        PatNum:pk FamFinancial:text? ApptPhone:text? Medical:text? Service:text?
        MedicalComp:text? Treatment:text? ICEName:v255 ICEPhone:v30
        OrthoMonthsTreatOverride:int=-1 DateOrthoPlacementOverride:date=
        SecDateTEntry:datetime= SecDateTEdit:stamp Consent:tiny UserNumOrthoLocked
        Pronoun:tiny
        """,
        """
        SecDateTEntry SecDateTEdit
        """,
    ),
    "provider": (
        """
        ProvNum:key Abbr:v255? ItemOrder:usmall=0 LName:v100?= FName:v100?= MI:v100?=
        Suffix:v100?= FeeSched Specialty SSN:v12?= StateLicense:v15?= DEANum:v15?=
        IsSecondary:ubool=0 ProvColor:int=0 IsHidden:ubool=0 UsingTIN:ubool=0
        BlueCrossID:v25?= SigOnFile:ubool=1 MedicaidID:v20?= OutlineColor:int=0
        SchoolClassNum NationalProvID:v255?= CanadianOfficeNum:v100?= DateTStamp:stamp
        AnesthProvType TaxonomyCodeOverride:v255 IsCDAnet:tiny EcwID:v255 StateRxID:v255
        IsNotPerson:tiny StateWhereLicensed:v50 EmailAddressNum IsInstructor:tiny
        EhrMuStage:int ProvNumBillingOverride CustomID:v255 ProvStatus:tiny
        IsHiddenReport:tiny IsErxEnabled:tiny Birthdate:date= SchedNote:v255
        WebSchedDescript:v500 WebSchedImageLocation:v255 HourlyProdGoalAmt:double
        DateTerm:date= PreferredName:v100
        """,
        """
        EmailAddressNum ProvNumBillingOverride FeeSched
        """,
    ),
    "userod": (
        """
        UserNum:key UserName:v255?= Password:v255?= UserGroupNum EmployeeNum ClinicNum
        ProvNum IsHidden:bool TaskListInBox AnesthProvType:int2=3 DefaultHidePopups:tiny
        PasswordIsStrong:tiny ClinicIsRestricted:tiny InboxHidePopups:tiny UserNumCEMT
        DateTFail:datetime= FailedAttempts:utiny DomainUser:v255
        IsPasswordResetRequired:tiny MobileWebPin:v255 MobileWebPinFailedAttempts:utiny
        DateTLastLogin:datetime= EClipboardClinicalPin:v128 BadgeId:v255
        """,
        """
        UserGroupNum ClinicNum ProvNum
        """,
    ),
    "referral": (
        """
        ReferralNum:key LName:v100?= FName:v100?= MName:v100?= SSN:v9?= UsingTIN:ubool=0
        Specialty ST:v2?= Telephone:v10?= Address:v100?= Address2:v100?= City:v100?=
        Zip:v10?= Note:text? Phone2:v30?= IsHidden:ubool=0 NotPerson:ubool=0 Title:v255?=
        EMail:v255?= PatNum NationalProvID:v255? Slip IsDoctor:tiny IsTrustedDirect:tiny
        DateTStamp:stamp IsPreferred:tiny BusinessName:v255 DisplayNote:v4000
        """,
        "",
    ),
    "refattach": (
        """
        RefAttachNum:key ReferralNum PatNum ItemOrder:usmall=0 RefDate:date=0 RefType:tiny
        RefToStatus:utiny Note:text? IsTransitionOfCare:tiny ProcNum DateProcComplete:date=
        ProvNum DateTStamp:stamp
        """,
        """
        PatNum ProcNum ProvNum ReferralNum
        """,
    ),
}
"""Table to its columns and its indexes."""
