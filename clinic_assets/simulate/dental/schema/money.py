"""Prices and what patients owe and pay.

Only names, types, defaults and keys; how they are spelled is told in the package.
"""

TABLES = {
    "feesched": (
        """
        FeeSchedNum:key Description:v255? FeeSchedType:int ItemOrder:int IsHidden:bool
        IsGlobal:tiny SecUserNumEntry SecDateEntry:date= SecDateTEdit:stamp
        """,
        """
        SecUserNumEntry
        """,
    ),
    "fee": (
        """
        FeeNum:key Amount:double=0 OldCode:v15b= FeeSched UseDefaultFee:ubool=0
        UseDefaultCov:ubool=0 CodeNum ClinicNum ProvNum SecUserNumEntry SecDateEntry:date=
        SecDateTEdit:stamp DateEffective:date=
        """,
        """
        indexADACode=OldCode indexFeeSched=FeeSched CodeNum SecUserNumEntry ClinicNum
        ProvNum FeeSchedCodeClinicProv=FeeSched,CodeNum,ClinicNum,ProvNum
        """,
    ),
    "adjustment": (
        """
        AdjNum:key AdjDate:date= AdjAmt:double=0 PatNum AdjType ProvNum AdjNote:text?
        ProcDate:date= ProcNum DateEntry:date= ClinicNum StatementNum SecUserNumEntry
        SecDateTEdit:stamp TaxTransID
        """,
        """
        indexPatNum=PatNum ClinicNum StatementNum ProcNum indexProvNum=ProvNum
        SecUserNumEntry indexPNAmt=ProcNum,AdjAmt AdjDatePN=AdjDate,PatNum TaxTransID
        SecDateTEditPN=SecDateTEdit,PatNum
        """,
    ),
    "payment": (
        """
        PayNum:key PayType PayDate:date=0 PayAmt:double=0 CheckNum:v25?= BankBranch:v25?=
        PayNote:text IsSplit:ubool=0 PatNum ClinicNum DateEntry:date= DepositNum
        Receipt:text IsRecurringCC:tiny SecUserNumEntry SecDateTEdit:stamp
        PaymentSource:tiny ProcessStatus:tiny RecurringChargeDate:date= ExternalId:v255
        PaymentStatus:tiny IsCcCompleted:tiny MerchantFee:double
        """,
        """
        indexPatNum=PatNum DepositNum SecUserNumEntry ClinicNum PayType ProcessStatus
        """,
    ),
    "paysplit": (
        """
        SplitNum:key SplitAmt:double=0 PatNum ProcDate:date=0 PayNum IsDiscount:ubool=0
        DiscountType:utiny=0 ProvNum PayPlanNum DatePay:date= ProcNum DateEntry:date=
        UnearnedType ClinicNum SecUserNumEntry SecDateTEdit:stamp FSplitNum AdjNum
        PayPlanChargeNum PayPlanDebitType:tiny SecurityHash:v255
        """,
        """
        indexPatNum=PatNum ProcNum PayNum ClinicNum DatePay PayPlanNum SecUserNumEntry
        PrepaymentNum=FSplitNum indexPNAmt=ProcNum,SplitAmt AdjNum PayPlanChargeNum ProvNum
        SecDateTEditPN=SecDateTEdit,PatNum
        """,
    ),
}
"""Table to its columns and its indexes."""
