"""Who pays for patients: carriers, plans, subscribers, claims and what came of them.

Only names, types, defaults and keys; how they are spelled is told in the package.
"""

TABLES = {
    "carrier": (
        """
        CarrierNum:key CarrierName:v255?= Address:v255?= Address2:v255?= City:v255?=
        State:v255?= Zip:v255?= Phone:v255?= ElectID:v255?= NoSendElect:ubool=0 IsCDA:utiny
        CDAnetVersion:v100?= CanadianNetworkNum IsHidden:tiny CanadianEncryptionMethod:tiny
        CanadianSupportedTypes:int SecUserNumEntry SecDateEntry:date= SecDateTEdit:stamp
        TIN:v255 CarrierGroupName ApptTextBackColor:int IsCoinsuranceInverted:tiny
        TrustedEtransFlags:tiny CobInsPaidBehaviorOverride:tiny EraAutomationOverride:tiny
        OrthoInsPayConsolidate:tiny
        """,
        """
        SecUserNumEntry CarrierNumName=CarrierNum,CarrierName CanadianNetworkNum
        CarrierGroupName
        """,
    ),
    "employer": (
        """
        EmployerNum:key EmpName:v255?= Address:v255?= Address2:v255?= City:v255?=
        State:v255?= Zip:v255?= Phone:v255?=
        """,
        "",
    ),
    "insplan": (
        """
        PlanNum:key GroupName:v50?= GroupNum:v25? PlanNote:text FeeSched PlanType:c1?=
        ClaimFormNum UseAltCode:ubool=0 ClaimsUseUCR:ubool=0 CopayFeeSched EmployerNum
        CarrierNum AllowedFeeSched TrojanID:v100?= DivisionNo:v255?= IsMedical:utiny=0
        FilingCode DentaideCardSequence:utiny ShowBaseUnits:bool CodeSubstNone:bool
        IsHidden:tiny MonthRenew:tiny FilingCodeSubtype CanadianPlanFlag:v5
        CanadianDiagnosticCode:v255 CanadianInstitutionCode:v255 RxBIN:v255 CobRule:tiny
        SopCode:v255 SecUserNumEntry SecDateEntry:date= SecDateTEdit:stamp
        HideFromVerifyList:tiny OrthoType:tiny OrthoAutoProcFreq:tiny
        OrthoAutoProcCodeNumOverride OrthoAutoFeeBilled:double OrthoAutoClaimDaysWait:int
        BillingType HasPpoSubstWriteoffs:tiny ExclusionFeeRule:tiny ManualFeeSchedNum:big=0
        IsBlueBookEnabled:tiny=1 InsPlansZeroWriteOffsOnAnnualMaxOverride:tiny
        InsPlansZeroWriteOffsOnFreqOrAgingOverride:tiny PerVisitPatAmount:double
        PerVisitInsAmount:double
        """,
        """
        CarrierNum FilingCodeSubtype TrojanID SecUserNumEntry
        CarrierNumPlanNum=CarrierNum,PlanNum OrthoAutoProcCodeNumOverride BillingType
        FeeSched CopayFeeSched ManualFeeSchedNum AllowedFeeSched
        """,
    ),
    "inssub": (
        """
        InsSubNum:key PlanNum Subscriber DateEffective:date= DateTerm:date= ReleaseInfo:tiny
        AssignBen:tiny SubscriberID:v255 BenefitNotes:text SubscNote:text SecUserNumEntry
        SecDateEntry:date= SecDateTEdit:stamp SecurityHash:v255?
        """,
        """
        PlanNum Subscriber SecUserNumEntry
        """,
    ),
    "patplan": (
        """
        PatPlanNum:key PatNum Ordinal:utiny=0 IsPending:utiny=0 Relationship:utiny=0
        PatID:v100?= InsSubNum OrthoAutoFeeBilledOverride:double=-1
        OrthoAutoNextClaimDate:date= SecDateTEntry:datetime= SecDateTEdit:stamp
        """,
        """
        indexPatNum=PatNum InsSubNum SecDateTEdit SecDateTEntry
        """,
    ),
    "benefit": (
        """
        BenefitNum:key PlanNum PatPlanNum CovCatNum BenefitType:utiny=0 Percent:tiny
        MonetaryAmt:double=0 TimePeriod:utiny=0 QuantityQualifier:utiny=0 Quantity:utiny=0
        CodeNum CoverageLevel:int SecDateTEntry:datetime= SecDateTEdit:stamp CodeGroupNum
        TreatArea:tiny ToothRange:v255=
        """,
        """
        indexPlanNum=PlanNum indexPatPlanNum=PatPlanNum CovCatNum BenefitType Percent
        MonetaryAmt TimePeriod QuantityQualifier Quantity CodeNum CoverageLevel
        SecDateTEntry SecDateTEdit CodeGroupNum
        """,
    ),
    "claim": (
        """
        ClaimNum:key PatNum DateService:date= DateSent:date= ClaimStatus:c1?=
        DateReceived:date= PlanNum ProvTreat ClaimFee:double=0 InsPayEst:double=0
        InsPayAmt:double=0 DedApplied:double=0 PreAuthString:v40?= IsProsthesis:c1?=
        PriorDate:date= ReasonUnderPaid:v255?= ClaimNote:v400? ClaimType:v255?= ProvBill
        ReferringProv RefNumString:v40?= PlaceService:utiny=0 AccidentRelated:c1?=
        AccidentDate:date= AccidentST:v2?= EmployRelated:utiny=0 IsOrtho:ubool=0
        OrthoRemainM:utiny=0 OrthoDate:date= PatRelat:utiny=0 PlanNum2 PatRelat2:utiny=0
        WriteOff:double=0 Radiographs:utiny=0 ClinicNum ClaimForm AttachedImages:int
        AttachedModels:int AttachedFlags:v255? AttachmentID:v255?
        CanadianMaterialsForwarded:v10 CanadianReferralProviderNum:v20
        CanadianReferralReason:tiny CanadianIsInitialLower:v5 CanadianDateInitialLower:date=
        CanadianMandProsthMaterial:tiny CanadianIsInitialUpper:v5
        CanadianDateInitialUpper:date= CanadianMaxProsthMaterial:tiny InsSubNum InsSubNum2
        CanadaTransRefNum:v255 CanadaEstTreatStartDate:date= CanadaInitialPayment:double
        CanadaPaymentMode:utiny CanadaTreatDuration:utiny CanadaNumAnticipatedPayments:utiny
        CanadaAnticipatedPayAmount:double PriorAuthorizationNumber:v255
        SpecialProgramCode:tiny UniformBillType:v255 MedType:tiny AdmissionTypeCode:v255
        AdmissionSourceCode:v255 PatientStatusCode:v255 CustomTracking DateResent:date=
        CorrectionType:tiny ClaimIdentifier:v255 OrigRefNum:v255 ProvOrderOverride
        OrthoTotalM:utiny ShareOfCost:double SecUserNumEntry SecDateEntry:date=
        SecDateTEdit:stamp OrderingReferralNum DateSentOrig:date=
        DateIllnessInjuryPreg:date= DateIllnessInjuryPregQualifier:small DateOther:date=
        DateOtherQualifier:small IsOutsideLab:tiny SecurityHash:v255 Narrative:text
        """,
        """
        indexPatNum=PatNum indexPlanNum=PlanNum InsSubNum InsSubNum2 CustomTracking
        ProvOrderOverride SecUserNumEntry
        indexOutClaimCovering=PlanNum,ClaimStatus,ClaimType,PatNum,ClaimNum,DateService,ProvTreat,ClaimFee,ClinicNum
        OrderingReferralNum ProvBill ProvTreat ClinicNum
        PatStatusType=PatNum,ClaimStatus,ClaimType
        PatStatusTypeDate=PatNum,ClaimStatus,ClaimType,DateSent
        """,
    ),
    "claimproc": (
        """
        ClaimProcNum:key ProcNum ClaimNum PatNum ProvNum FeeBilled:double=0
        InsPayEst:double=0 DedApplied:double=0 Status:utiny=0 InsPayAmt:double=0
        Remarks:v255?= ClaimPaymentNum PlanNum DateCP:date= WriteOff:double=0 CodeSent:v15?=
        AllowedOverride:double Percentage:tiny=-1 PercentOverride:tiny=-1 CopayAmt:double=-1
        NoBillIns:ubool=0 PaidOtherIns:double=-1 BaseEst:double=0 CopayOverride:double=-1
        ProcDate:date= DateEntry:date= LineNumber:utiny DedEst:double DedEstOverride:double
        InsEstTotal:double InsEstTotalOverride:double PaidOtherInsOverride:double
        EstimateNote:v255 WriteOffEst:double WriteOffEstOverride:double ClinicNum InsSubNum
        PaymentRow:int PayPlanNum ClaimPaymentTracking SecUserNumEntry SecDateEntry:date=
        SecDateTEdit:stamp DateSuppReceived:date= DateInsFinalized:date= IsTransfer:tiny
        ClaimAdjReasonCodes:v255 IsOverpay:tiny SecurityHash:v255
        """,
        """
        indexPatNum=PatNum indexPlanNum=PlanNum indexClaimNum=ClaimNum indexProvNum=ProvNum
        indexProcNum=ProcNum indexClaimPaymentNum=ClaimPaymentNum ClinicNum InsSubNum Status
        PayPlanNum indexCPNSIPA=ClaimPaymentNum,Status,InsPayAmt indexPNPD=ProvNum,ProcDate
        indexPNDCP=ProvNum,DateCP ClaimPaymentTracking SecUserNumEntry
        indexAcctCov=ProcNum,PlanNum,Status,InsPayAmt,InsPayEst,WriteOff,NoBillIns DateCP
        DateSuppReceived
        indexAgingCovering=Status,PatNum,DateCP,PayPlanNum,InsPayAmt,WriteOff,InsPayEst,ProcDate,ProcNum
        indexTxFinder=InsSubNum,ProcNum,Status,ProcDate,PatNum,InsPayAmt,InsPayEst
        indexOutClaimCovering=ClaimNum,ClaimPaymentNum,InsPayAmt,DateCP,IsTransfer
        SecDateTEditPN=SecDateTEdit,PatNum
        """,
    ),
    "claimpayment": (
        """
        ClaimPaymentNum:key CheckDate:date= CheckAmt:double=0 CheckNum:v25?=
        BankBranch:v25?= Note:v255?= ClinicNum DepositNum CarrierName:v255?=
        DateIssued:date= IsPartial:tiny PayType SecUserNumEntry SecDateEntry:date=
        SecDateTEdit:stamp PayGroup
        """,
        """
        DepositNum PayType SecUserNumEntry CheckDate PayGroup ClinicNum
        """,
    ),
}
"""Table to its columns and its indexes."""
