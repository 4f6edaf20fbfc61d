package dev.atr.consumer.peer;

/**
 * What peers disagree about in a kick-off. {@link #AUTO} begins as the guide says and finds out by refusals; each other
 * value exists because some Producer needs it.
 *
 * @param operation which operation is called
 * @param method which HTTP method is used
 * @param typeParameter the name of the parameter that lists the resource types
 * @param typeList how that parameter lists them, and {@code _elements} its own
 * @param exportTypeForm how {@code exportType} is written in a POST body
 * @param separateStatus whether the status of the job is to be told apart from that of the request for it, which Bulk
 *     Data 3 allows; a Producer that does not know that answers as ever
 */
public record ExportOptions(
        Operation operation,
        Method method,
        TypeParameter typeParameter,
        TypeList typeList,
        ExportTypeForm exportTypeForm,
        boolean separateStatus) {
    /** {@code $davinci-data-export} before {@code $export}, GET before POST, {@code _type} as one comma list. */
    public static final ExportOptions AUTO = new ExportOptions(
            Operation.AUTO, Method.AUTO, TypeParameter.AUTO, TypeList.COMMAS, ExportTypeForm.AUTO, false);

    /** Returns a copy with another operation. */
    public ExportOptions withOperation(Operation value) {
        return new ExportOptions(value, method, typeParameter, typeList, exportTypeForm, separateStatus);
    }

    /** Returns a copy with another method. */
    public ExportOptions withMethod(Method value) {
        return new ExportOptions(operation, value, typeParameter, typeList, exportTypeForm, separateStatus);
    }

    /** Returns a copy with another parameter name. */
    public ExportOptions withTypeParameter(TypeParameter value) {
        return new ExportOptions(operation, method, value, typeList, exportTypeForm, separateStatus);
    }

    /** Returns a copy with another way to list types. */
    public ExportOptions withTypeList(TypeList value) {
        return new ExportOptions(operation, method, typeParameter, value, exportTypeForm, separateStatus);
    }

    /** Returns a copy with another form of {@code exportType}. */
    public ExportOptions withExportTypeForm(ExportTypeForm value) {
        return new ExportOptions(operation, method, typeParameter, typeList, value, separateStatus);
    }

    /** Returns a copy that does or does not ask for a status of the job apart from that of the request. */
    public ExportOptions withSeparateStatus(boolean value) {
        return new ExportOptions(operation, method, typeParameter, typeList, exportTypeForm, value);
    }

    /** Which operation is called on the Group. */
    public enum Operation {
        /** {@code $davinci-data-export}; when the Producer does not know it (404, 405, 501), {@code $export}. */
        AUTO,
        /** {@code $davinci-data-export} alone. */
        DAVINCI_DATA_EXPORT,
        /** The plain Bulk Data {@code $export} alone, without {@code exportType}. */
        EXPORT
    }

    /** Which HTTP method carries the kick-off. */
    public enum Method {
        /** GET, or POST when patients are named; the other one after 405 or 415. */
        AUTO,
        /** GET alone. */
        GET,
        /** POST alone. */
        POST
    }

    /** The name of the parameter that lists resource types: the guide uses two. */
    public enum TypeParameter {
        /** {@code _type}; once more by {@code resourceTypes} when the Producer refuses that with 400 or 422. */
        AUTO,
        /** {@code _type}, the name in the guide's rules. */
        TYPE,
        /** {@code resourceTypes}, the name in the guide's examples. */
        RESOURCE_TYPES,
        /** Both, with the same value. */
        BOTH
    }

    /** How several resource types, or elements, are listed. */
    public enum TypeList {
        /** One parameter, separated by commas: Bulk Data 1 to 3. */
        COMMAS,
        /** One parameter each: Bulk Data 4. */
        REPEATED
    }

    /** The kind of value that carries {@code exportType} in a POST body. */
    public enum ExportTypeForm {
        /**
         * {@link #CANONICAL} for R4, {@link #URI} for STU3; once more as {@link #STRING} when the Producer refuses that
         * with 400 or 422.
         */
        AUTO,
        /** {@code valueCanonical}, the type that the guide declares. */
        CANONICAL,
        /** {@code valueUri}. */
        URI,
        /** {@code valueString}, for Producers whose validation insists that a canonical is an absolute URL. */
        STRING
    }
}
