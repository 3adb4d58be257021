package io.throughline.enrollment.contact;

/** Filters that somebody named. */
public interface SavedFilters {

    /**
     * @param idOrName of the caller's tenant
     * @throws io.throughline.platform.http.Problem when there is none
     */
    ContactFilter require(String idOrName);
}
