package dev.atr.core;

/** Every canonical URL, code system and identifier system that the guide names, in one place. */
public final class Canonicals {
    /** Base of the guide's canonical URLs. */
    public static final String ATR = "http://hl7.org/fhir/us/davinci-atr";

    /** Base of the guide's profiles and extensions. */
    public static final String ATR_STRUCTURE = ATR + "/StructureDefinition/";

    /** Base of the guide's operations. */
    public static final String ATR_OPERATION = ATR + "/OperationDefinition/";

    /** The Producer's capability statement. */
    public static final String PRODUCER_STATEMENT = ATR + "/CapabilityStatement/atr-producer";

    /** The Consumer's capability statement. */
    public static final String CONSUMER_STATEMENT = ATR + "/CapabilityStatement/atr-consumer";

    /** The guide itself. */
    public static final String IMPLEMENTATION_GUIDE = ATR + "/ImplementationGuide/davinci-atr";

    /** The package id of the guide, which is also the value of {@code exportType}. */
    public static final String EXPORT_TYPE = "hl7.fhir.us.davinci-atr";

    /** Profile of the list. */
    public static final String ATR_GROUP = ATR_STRUCTURE + "atr-group";

    /** Profile of the coverage. */
    public static final String ATR_COVERAGE = ATR_STRUCTURE + "atr-coverage";

    /** Group: status of the list, {@code valueCode}. */
    public static final String EXT_LIST_STATUS = ATR_STRUCTURE + "ext-attributionListStatus";

    /** Group: period of the contract, {@code valuePeriod}. */
    public static final String EXT_CONTRACT_PERIOD = ATR_STRUCTURE + "ext-contractValidityPeriod";

    /** Group: period of the contract, by the wrong name that one passage uses; read only. */
    public static final String EXT_CONTRACT_PERIOD_ALIAS = ATR_STRUCTURE + "ext-membershipValidityPeriod";

    /** Group: who the list is for, {@code valueIdentifier}. */
    public static final String EXT_INTENDED_RECIPIENT = ATR_STRUCTURE + "atr-intended-recipient-identifier-extension";

    /** Group.member: change code, {@code valueCode}. */
    public static final String EXT_CHANGE_TYPE = ATR_STRUCTURE + "ext-changeType";

    /** Group.member: the coverage, {@code valueReference}. */
    public static final String EXT_COVERAGE_REFERENCE = ATR_STRUCTURE + "ext-coverageReference";

    /** Group.member: the attributed provider, {@code valueReference}. */
    public static final String EXT_ATTRIBUTED_PROVIDER = ATR_STRUCTURE + "ext-attributedProvider";

    /** Group.member: any resource, {@code valueReference}; read as a fallback for the coverage. */
    public static final String EXT_ANY_RESOURCE = ATR_STRUCTURE + "atr-any-resource-extension";

    /** Coverage: kind of insurance product, {@code valueCodeableConcept}. */
    public static final String EXT_INSURANCE_PRODUCT = ATR_STRUCTURE + "ext-insuranceProductType";

    /** Code system of the list status. */
    public static final String LIST_STATUS_SYSTEM = ATR + "/CodeSystem/atr-attribution-list-status";

    /** Code system of the change codes. */
    public static final String CHANGE_TYPE_SYSTEM = ATR + "/CodeSystem/atr-changetype";

    /** Code system of the group characteristics. */
    public static final String CHARACTERISTIC_SYSTEM = ATR + "/CodeSystem/davinci-group-characteristic-codes";

    /** National provider identifiers. */
    public static final String NPI = "http://hl7.org/fhir/sid/us-npi";

    /** Tax identification numbers. */
    public static final String TIN = "urn:oid:2.16.840.1.113883.4.4";

    /** Social security numbers. */
    public static final String SSN = "http://hl7.org/fhir/sid/us-ssn";

    /** Identifier types of HL7 v2 table 0203, R4 form. */
    public static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";

    /** Identifier types of HL7 v2 table 0203, STU3 form. */
    public static final String IDENTIFIER_TYPE_STU3 = "http://hl7.org/fhir/v2/0203";

    /** Kinds of coverage class. */
    public static final String COVERAGE_CLASS = "http://terminology.hl7.org/CodeSystem/coverage-class";

    /** Relationship of a beneficiary to the subscriber, R4 form. */
    public static final String SUBSCRIBER_RELATIONSHIP =
            "http://terminology.hl7.org/CodeSystem/subscriber-relationship";

    /** Kinds of insurance product. */
    public static final String INSURANCE_PRODUCT_SYSTEM =
            "http://hl7.org/fhir/us/davinci-pdex-plan-net/CodeSystem/InsuranceProductTypeCS";

    /** System of the {@code SUBSETTED} tag, R4 form. */
    public static final String OBSERVATION_VALUE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    /** The plain Group export of the Bulk Data guide. */
    public static final String GROUP_EXPORT = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export";

    private Canonicals() {}

    /** Returns the canonical URL of one of the guide's operations, for example {@code davinci-data-export}. */
    public static String operation(String name) {
        return ATR_OPERATION + name;
    }
}
