"""What happens in the chair: appointments and their history, procedures, plans, recalls, letters.

Only names, types, defaults and keys; how they are spelled is told in the package.
"""

TABLES = {
    "appointment": (
        """
        AptNum:key PatNum AptStatus:utiny=0 Pattern:v255?= Confirmed TimeLocked:bool Op
        Note:text? ProvNum ProvHyg AptDateTime:datetime= NextAptNum UnschedStatus
        IsNewPatient:ubool=0 ProcDescript:v255?= Assistant ClinicNum IsHygiene:utiny=0
        DateTStamp:stamp DateTimeArrived:datetime DateTimeSeated:datetime
        DateTimeDismissed:datetime InsPlan1 InsPlan2 DateTimeAskedToArrive:datetime=
        ProcsColored:text ColorOverride:int AppointmentTypeNum SecUserNumEntry
        SecDateTEntry:datetime= Priority:tiny ProvBarText:v60 PatternSecondary:v255
        SecurityHash:v255 ItemOrderPlanned:int IsMirrored:tiny?
        """,
        """
        indexPatNum=PatNum indexNextAptNum=NextAptNum indexProvNum=ProvNum
        indexProvHyg=ProvHyg indexAptDateTime=AptDateTime InsPlan1 InsPlan2 DateTimeArrived
        AppointmentTypeNum Op SecUserNumEntry StatusDate=AptStatus,AptDateTime,ClinicNum
        Priority UnschedStatus ClinicNum
        """,
    ),
    "histappointment": (
        """
        HistApptNum:key HistUserNum HistDateTStamp:datetime= HistApptAction:tiny
        ApptSource:tiny AptNum PatNum AptStatus:tiny Pattern:v255 Confirmed TimeLocked:tiny
        Op Note:text ProvNum ProvHyg AptDateTime:datetime= NextAptNum UnschedStatus
        IsNewPatient:tiny ProcDescript:v255 Assistant ClinicNum IsHygiene:tiny
        DateTStamp:stamp DateTimeArrived:datetime= DateTimeSeated:datetime=
        DateTimeDismissed:datetime= InsPlan1 InsPlan2 DateTimeAskedToArrive:datetime=
        ProcsColored:text ColorOverride:int AppointmentTypeNum SecUserNumEntry
        SecDateTEntry:datetime= Priority:tiny ProvBarText:v60 PatternSecondary:v255
        SecurityHash:v255 ItemOrderPlanned:int IsMirrored:tiny?
        """,
        """
        HistUserNum AptNum PatNum Confirmed Op ProvNum ProvHyg NextAptNum UnschedStatus
        Assistant ClinicNum InsPlan1 InsPlan2 AppointmentTypeNum SecUserNumEntry
        HistDateTStamp
        """,
    ),
    "procedurelog": (
        """
        ProcNum:key PatNum AptNum OldCode:v15b= ProcDate:date= ProcFee:double=0 Surf:v10?=
        ToothNum:v2?= ToothRange:v100?= Priority ProcStatus:utiny=0 ProvNum Dx PlannedAptNum
        PlaceService:utiny=0 Prosthesis:c1?= DateOriginalProsth:date= ClaimNote:v80?=
        DateEntryC:date= ClinicNum MedicalCode:v15b?= DiagnosticCode:v255?=
        IsPrincDiag:utiny=0 ProcNumLab BillingTypeOne BillingTypeTwo CodeNum CodeMod1:c2?
        CodeMod2:c2? CodeMod3:c2? CodeMod4:c2? RevCode:v45? UnitQty:int BaseUnits:int
        StartTime:int StopTime:int DateTP:date SiteNum HideGraphics:tiny
        CanadianTypeCodes:v20 ProcTime:time ProcTimeEnd:time DateTStamp:stamp Prognosis
        DrugUnit:tiny DrugQty:float UnitQtyType:tiny StatementNum IsLocked:tiny
        BillingNote:v255 RepeatChargeNum SnomedBodySite:v255 DiagnosticCode2:v255
        DiagnosticCode3:v255 DiagnosticCode4:v255 ProvOrderOverride Discount:double
        IsDateProsthEst:tiny IcdVersion:utiny IsCpoe:tiny SecUserNumEntry
        SecDateEntry:datetime= DateComplete:date= OrderingReferralNum TaxAmt:double
        Urgency:tiny DiscountPlanAmt:double
        """,
        """
        CodeNum PlannedAptNum BillingTypeOne BillingTypeTwo Prognosis
        procedurelog_ProcNumLab=ProcNumLab ProcDate StatementNum RepeatChargeNum
        ProvOrderOverride indexPNPSCN=PatNum,ProcStatus,ClinicNum indexPNPD=ProvNum,ProcDate
        SecUserNumEntry ClinicNum
        indexAgingCovering=PatNum,ProcStatus,ProcFee,UnitQty,BaseUnits,ProcDate
        OrderingReferralNum PatStatusCodeDate=PatNum,ProcStatus,CodeNum,ProcDate
        DateComplete RadiologyProcs=AptNum,CodeNum,ProcStatus,IsCpoe,ProvNum Priority
        DateClinicStatus=ProcDate,ClinicNum,ProcStatus DateTStampPN=DateTStamp,PatNum
        """,
    ),
    "procedurecode": (
        """
        CodeNum:key ProcCode:v15b= Descript:v255?= AbbrDesc:v50?= ProcTime:v24?= ProcCat
        TreatArea:utiny=0 NoBillIns:ubool=0 IsProsth:ubool=0 DefaultNote:text?
        IsHygiene:ubool=0 GTypeNum:usmall=0 AlternateCode1:v15?= MedicalCode:v15b?=
        IsTaxed:utiny=0 PaintType:tiny=0 GraphicColor:int LaymanTerm:v255?=
        IsCanadianLab:utiny PreExisting:bool=0 BaseUnits:int SubstitutionCode:v25?
        SubstOnlyIf:int DateTStamp:stamp IsMultiVisit:tiny DrugNDC:v255
        RevenueCodeDefault:v255 ProvNumDefault CanadaTimeUnits:double IsRadiology:tiny
        DefaultClaimNote:text DefaultTPNote:text BypassGlobalLock:tiny TaxCode:v16
        PaintText:v255 AreaAlsoToothRange:tiny DiagnosticCodes:v255
        """,
        """
        ProcCode ProvNumDefault
        """,
    ),
    "procnote": (
        """
        ProcNoteNum:key PatNum ProcNum EntryDateTime:datetime= UserNum Note:text?
        SigIsTopaz:utiny Signature:text?
        """,
        """
        PatNum ProcNum UserNum
        """,
    ),
    "treatplan": (
        """
        TreatPlanNum:key PatNum DateTP:date= Heading:v255?= Note:text? Signature:text?
        SigIsTopaz:bool ResponsParty DocNum TPStatus:tiny SecUserNumEntry SecDateEntry:date=
        SecDateTEdit:stamp UserNumPresenter TPType:tiny SignaturePractice:text
        DateTSigned:datetime= DateTPracticeSigned:datetime= SignatureText:v255
        SignaturePracticeText:v255 MobileAppDeviceNum
        """,
        """
        indexPatNum=PatNum DocNum SecUserNumEntry UserNumPresenter MobileAppDeviceNum
        """,
    ),
    "treatplanattach": (
        """
        TreatPlanAttachNum:key TreatPlanNum ProcNum Priority
        """,
        """
        TreatPlanNum ProcNum Priority
        """,
    ),
    "proctp": (
        """
        ProcTPNum:key TreatPlanNum PatNum ProcNumOrig ItemOrder:usmall=0 Priority
        ToothNumTP:v255?= Surf:v255?= ProcCode:v15? Descript:v255?= FeeAmt:double=0
        PriInsAmt:double=0 SecInsAmt:double=0 PatAmt:double=0 Discount:double Prognosis:v255
        Dx:v255 ProcAbbr:v50 SecUserNumEntry SecDateEntry:date= SecDateTEdit:stamp
        FeeAllowed:double TaxAmt:double ProvNum DateTP:date= ClinicNum CatPercUCR:double
        """,
        """
        indexPatNum=PatNum indexTreatPlanNum=TreatPlanNum SecUserNumEntry ProvNum ClinicNum
        ProcNumOrig
        """,
    ),
    "recall": (
        """
        RecallNum:key PatNum DateDueCalc:date= DateDue:date= DatePrevious:date=
        RecallInterval:int=0 RecallStatus Note:text? IsDisabled:utiny=0 DateTStamp:stamp
        RecallTypeNum DisableUntilBalance:double DisableUntilDate:date= DateScheduled:date=
        Priority:tiny TimePatternOverride:v255
        """,
        """
        PatNum DateDue DatePrevious IsDisabled RecallTypeNum DateScheduled
        DateDisabledType=DateDue,IsDisabled,RecallTypeNum,DateScheduled
        """,
    ),
    "commlog": (
        """
        CommlogNum:key PatNum CommDateTime:datetime=0 CommType Note:text? Mode_:utiny=0
        SentOrReceived:utiny=0 UserNum Signature:text SigIsTopaz:tiny DateTStamp:stamp
        DateTimeEnd:datetime= CommSource:tiny? ProgramNum DateTEntry:datetime= ReferralNum
        CommReferralBehavior:tiny
        """,
        """
        PatNum CommDateTime CommType ProgramNum
        indexPNCDateCType=PatNum,CommDateTime,CommType UserNum ReferralNum
        """,
    ),
}
"""Table to its columns and its indexes."""
